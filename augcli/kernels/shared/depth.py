"""Images with 8 and 16 bits per channel pass through the same kernels, which work in levels of full scale."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]  # uint8 or uint16; a kernel returns the dtype of its input

EIGHT, SIXTEEN = 255, 65_535  # full scales
CV_DEPTH = {EIGHT: cv2.CV_8U, SIXTEEN: cv2.CV_16U}


def full_scale(pixels: Pixels) -> int:
    """The highest level of an image."""
    return EIGHT if pixels.dtype == np.uint8 else SIXTEEN


def whole_levels(values: NDArray[np.float32], full: int) -> Any:
    """Non-negative floats as levels, rounded half to even and clamped at full scale."""
    return cv2.convertScaleAbs(values) if full == EIGHT else cv2.add(values, (0.0, 0.0, 0.0, 0.0), dtype=cv2.CV_16U)


def in_eight_bits(pixels: Pixels) -> NDArray[np.uint8]:
    """A 16-bit image in 8 bits, each level rounded to the nearest; an 8-bit image unchanged."""
    if pixels.dtype == np.uint8:
        return pixels
    nearest: NDArray[np.uint8] = ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
    return nearest


def in_sixteen_bits(pixels: Pixels) -> NDArray[np.uint16]:
    """An 8-bit image in 16 bits: 255 becomes 65535. in_eight_bits() restores it exactly."""
    return pixels if pixels.dtype == np.uint16 else pixels * np.uint16(257)
