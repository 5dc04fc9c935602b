"""Encoders that several formats share: OpenCV, and Pillow for the modes that OpenCV does not write."""

from __future__ import annotations

import io
from typing import Any

import cv2
import numpy as np
from PIL import Image

from augcli.formats.image.header import Pixels

_TO_CV = {3: cv2.COLOR_RGB2BGR, 4: cv2.COLOR_RGBA2BGRA}


def by_opencv(pixels: Pixels, suffix: str) -> bytes:
    """A file of these channels, and nothing but the pixels."""
    channels = pixels.shape[2]
    planes = cv2.cvtColor(pixels, _TO_CV[channels]) if channels in _TO_CV else pixels
    return cv2.imencode(suffix, planes)[1].tobytes()


def by_pillow(pixels: Pixels, mode: str, form: str, **options: Any) -> bytes:
    """A file in the mode "1" or "LA". The pixels must fit: only 0 and 255, or equal colours."""
    file = io.BytesIO()
    if mode == "1":
        Image.fromarray(pixels[:, :, 0]).convert("1", dither=Image.Dither.NONE).save(file, form, **options)
    else:
        Image.fromarray(np.ascontiguousarray(pixels[:, :, 2:])).save(file, form, **options)
    return file.getvalue()
