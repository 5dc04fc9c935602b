"""Images of 8 and of 16 bits a channel go through the same kernels, which work in levels of their full scale."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]  # uint8 or uint16; a kernel gives the dtype that it takes

EIGHT, SIXTEEN = 255, 65_535  # full scales
CV_DEPTH = {EIGHT: cv2.CV_8U, SIXTEEN: cv2.CV_16U}


def full_scale(pixels: Pixels) -> int:
    """The highest level of an image."""
    return EIGHT if pixels.dtype == np.uint8 else SIXTEEN


def whole_levels(values: NDArray[np.float32], full: int) -> Any:
    """Floats of 0 and more as levels, rounded half to even and clamped at full scale."""
    return cv2.convertScaleAbs(values) if full == EIGHT else cv2.add(values, (0.0, 0.0, 0.0, 0.0), dtype=cv2.CV_16U)


def in_eight_bits(pixels: Pixels) -> NDArray[np.uint8]:
    """An image of 16 bits in 8, each level to the nearest one; one of 8 bits as it is."""
    if pixels.dtype == np.uint8:
        return pixels
    nearest: NDArray[np.uint8] = ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
    return nearest


def in_sixteen_bits(pixels: Pixels) -> NDArray[np.uint16]:
    """An image of 8 bits in 16: 255 becomes 65535. in_eight_bits() gives it back as it was."""
    return pixels if pixels.dtype == np.uint16 else pixels * np.uint16(257)
