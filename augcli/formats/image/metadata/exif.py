"""EXIF: the orientation, read from the raw block, and pixels turned upright by it; the block rewritten for a new image."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

_ORIENTATION = 0x0112
_FORMATS = {1: "B", 3: "H", 4: "I"}  # BYTE, SHORT, LONG: writers use all three, the standard says SHORT


def orientation(block: bytes) -> int:
    """The orientation, 1 to 8, in an EXIF block (with or without "Exif\\0\\0" before it).

    1, "as stored", for anything that cannot be read: a broken EXIF block is not a reason to refuse an image.
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
    """The image as seen: uint8 (H, W, C) in and out, C-contiguous; H and W change places from orientation 5 on."""
    if orientation == 1:
        return pixels
    import cv2

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
    result: np.ndarray[Any, Any] = turned.reshape(shape)
    return result


_THUMBNAIL_AT, _THUMBNAIL_SIZE, _EXIF, _GPS, _INTEROP = 0x0201, 0x0202, 0x8769, 0x8825, 0xA005
_MAX_DIRECTORIES = 4
_SIZES = {0x0100: 0, 0x0101: 1, 0xA002: 0, 0xA003: 1}  # tags that say how wide (0) or high (1) the image is
_WIDTHS = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}  # bytes of a value, by its type; the others take one


def renewed(block: bytes, width: int, height: int) -> bytes:
    """The block as it is true of an upright image of this size: orientation 1, no thumbnail. b"" when it cannot be read.

    It is changed in place, so that whatever points into it (makers' notes do) still points to the same thing; the
    thumbnail is cut off where it comes last, as it nearly always does, and made zeros elsewhere.
    """
    if block.startswith(b"Exif\0"):
        block = block[6:]
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None or len(block) < 14:
        return b""
    changed = bytearray(block)
    try:
        (start,) = struct.unpack_from(order + "I", block, 4)
        end, after = _patch(changed, order, start, (width, height), set())
        (thumbnail,) = struct.unpack_from(order + "I", block, after)
        struct.pack_into(order + "I", changed, after, 0)
        if thumbnail >= end:
            return bytes(changed[:end])
        if thumbnail:
            _blank(changed, order, thumbnail)
    except (struct.error, ValueError):
        return b""
    return bytes(changed)


def _patch(block: bytearray, order: str, start: int, size: tuple[int, int], seen: set[int]) -> tuple[int, int]:
    """Mend the directory at `start` and those below it. Where all that belongs to it ends, and where it names its next."""
    seen.add(start)
    if len(seen) > _MAX_DIRECTORIES:
        raise ValueError("more directories than EXIF has")
    (count,) = struct.unpack_from(order + "H", block, start)
    after = start + 2 + 12 * count
    end = after + 4
    for at in range(start + 2, after, 12):
        tag, kind, number, value = struct.unpack_from(order + "HHII", block, at)
        length = number * _WIDTHS.get(kind, 1)
        if length > 4:
            end = max(end, value + length)
        if tag in (_EXIF, _GPS, _INTEROP) and value not in seen:
            end = max(end, _patch(block, order, value, size, seen)[0])
        elif tag == _ORIENTATION or tag in _SIZES:
            now = 1 if tag == _ORIENTATION else size[_SIZES[tag]]
            if kind in _FORMATS and number == 1 and now < 1 << 8 * (_WIDTHS.get(kind, 1)):
                block[at + 8 : at + 12] = struct.pack(order + _FORMATS[kind], now).ljust(4, b"\0")
    if end > len(block):
        raise ValueError("it points beyond its end")
    return end, after


def _blank(block: bytearray, order: str, start: int) -> None:
    """Make zeros of the thumbnail that the directory at `start` tells of."""
    at, length = 0, 0
    for entry in range(start + 2, start + 2 + 12 * struct.unpack_from(order + "H", block, start)[0], 12):
        tag, _, _, value = struct.unpack_from(order + "HHII", block, entry)
        at, length = (value if tag == _THUMBNAIL_AT else at), (value if tag == _THUMBNAIL_SIZE else length)
    block[at : at + length] = bytes(len(block[at : at + length]))
