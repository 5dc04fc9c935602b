"""Photographs that come with scikit-image, of every number of channels."""

from __future__ import annotations

import numpy as np
import skimage.data

PHOTOGRAPHS = ("astronaut", "chelsea", "camera", "logo")


def photograph(name: str) -> np.ndarray:
    pixels = getattr(skimage.data, name)()
    return np.ascontiguousarray(pixels if pixels.ndim == 3 else pixels[..., None])
