"""Linear maps of colours on a CPU, one image at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from augcli.core.primitives.image import ColourMatrix
from augcli.kernels.shared.depth import EIGHT, Pixels, full_scale
from augcli.kernels.shared.look_up import look_up

from .neighbours import with_alpha, without_alpha


def _colour(pixels: Pixels, matrix: ColourMatrix, partners: Sequence[Pixels]) -> Pixels:
    full, channels = full_scale(pixels), pixels.shape[2]
    if channels == 1:
        factor, mean_factor, shift = matrix.grey()
        shift = full * shift + (mean_factor * cv2.mean(pixels)[0] if mean_factor else 0.0)
        if full == EIGHT:
            return look_up(pixels, [_line(factor, shift)])
        return cv2.transform(pixels, np.array([[factor, shift]], np.float32)).reshape(pixels.shape)  # type: ignore[no-any-return]
    red, green, blue = matrix.t
    shifts = [full * red, full * green, full * blue]
    if matrix.needs_mean:
        hidden = channels == 4 and not opaque(pixels)
        means = cv2.mean(pixels, (pixels[:, :, 3] > 0).astype(np.uint8)) if hidden else cv2.mean(pixels)
        n = matrix.n
        shifts = [shifts[r] + n[3 * r] * means[0] + n[3 * r + 1] * means[1] + n[3 * r + 2] * means[2] for r in range(3)]
    a, b, c, d, e, f, g, h, i = matrix.m
    if full == EIGHT and a == e == i and not (b or c or d or f or g or h) and shifts[0] == shifts[1] == shifts[2]:
        table = _line(a, shifts[0])  # if all colours share one line, this takes a third of the time of a matrix
        return look_up(pixels, [table] if channels == 3 else [table] * 3)
    rows = np.array(((a, b, c, shifts[0]), (d, e, f, shifts[1]), (g, h, i, shifts[2])), np.float32)
    return with_alpha(cv2.transform(without_alpha(pixels), rows), pixels)


@lru_cache(64)
def _line(factor: float, shift: float) -> bytes:
    """The table of `factor` · level + `shift` for 8-bit levels."""
    values: NDArray[np.float64] = np.rint(factor * _LEVELS + shift)
    return np.minimum(np.maximum(values, 0), 255).astype(np.uint8).tobytes()


def opaque(pixels: Pixels) -> bool:
    """Whether every pixel of an RGBA image is fully opaque."""
    return bool(cv2.minMaxLoc(cv2.extractChannel(pixels, 3))[0] == full_scale(pixels))


_LEVELS = np.arange(256)
KERNELS: dict[type, Callable[[Pixels, Any, Sequence[Pixels]], Pixels]] = {ColourMatrix: _colour}
