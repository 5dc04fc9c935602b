"""EXIF orientation: read it from the raw block, and turn pixels upright by it. Nothing else of EXIF matters here."""

from __future__ import annotations

import struct
from typing import Any

import cv2
import numpy as np

_ORIENTATION = 0x0112
_FORMATS = {1: "B", 3: "H", 4: "I"}  # BYTE, SHORT, LONG: writers use all three, the standard says SHORT


def orientation(block: bytes) -> int:
    """The orientation, 1 to 8, in an EXIF block (with or without "Exif\\0\\0" before it).

    1, "as it lies", for whatever cannot be read: a broken EXIF block is no reason to refuse a picture.
    """
    if block.startswith(b"Exif\0"):
        block = block[6:]
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None or len(block) < 14:
        return 1
    (start,) = struct.unpack_from(order + "I", block, 4)
    if start + 2 > len(block):
        return 1
    (count,) = struct.unpack_from(order + "H", block, start)
    for at in range(start + 2, min(start + 2 + 12 * count, len(block) - 11), 12):
        tag, kind = struct.unpack_from(order + "HH", block, at)
        if tag == _ORIENTATION:
            value = struct.unpack_from(order + _FORMATS[kind], block, at + 8)[0] if kind in _FORMATS else 1
            return int(value) if 1 <= value <= 8 else 1
    return 1


def upright(pixels: np.ndarray[Any, Any], orientation: int) -> np.ndarray[Any, Any]:
    """The picture as seen: uint8 (H, W, C) in and out, C-contiguous; H and W change places from orientation 5 on."""
    if orientation == 1:
        return pixels
    if orientation == 6:
        turned = cv2.rotate(pixels, cv2.ROTATE_90_CLOCKWISE)
    elif orientation == 8:
        turned = cv2.rotate(pixels, cv2.ROTATE_90_COUNTERCLOCKWISE)
    elif orientation == 3:
        turned = cv2.rotate(pixels, cv2.ROTATE_180)
    elif orientation == 2:
        turned = cv2.flip(pixels, 1)
    elif orientation == 4:
        turned = cv2.flip(pixels, 0)
    else:  # 5: mirrored at the main diagonal; 7: at the other one
        turned = cv2.transpose(pixels)
        turned = turned if orientation == 5 else cv2.flip(turned, -1)
    shape = (*turned.shape[:2], pixels.shape[2])  # cv2 drops a lone channel
    return np.reshape(turned, shape)
