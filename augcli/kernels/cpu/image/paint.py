"""Painted shapes on a CPU, one image at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from augcli.core.primitives.paint import Cover, Paint
from augcli.kernels.shared.depth import EIGHT, Pixels, full_scale
from augcli.kernels.shared.masks import mask_of
from augcli.kernels.shared.resample import fill_levels

from .neighbours import with_alpha, without_alpha
from .strips import strips


def _paint(pixels: Pixels, paint: Paint, partners: Sequence[Pixels]) -> Pixels:
    height, width, channels = pixels.shape
    mask = mask_of(paint, width, height)
    full = full_scale(pixels)
    levels = fill_levels(paint.colour, channels, full)[: min(channels, 3)]
    row = np.tile(np.array(levels, np.uint16 if full == EIGHT else np.uint32), width)
    result = np.empty_like(pixels)
    for strip in strips(pixels, 2):
        part = mask[strip]
        if not part.any():
            result[strip] = pixels[strip]
            continue
        colours = without_alpha(pixels[strip])
        share = _wide([part] * len(levels)).reshape(len(part), -1)
        painted = _painted(colours.reshape(len(part), -1), share, row).astype(pixels.dtype)
        result[strip] = with_alpha(painted.reshape(colours.shape), pixels[strip])
    return result


def _painted(colours: Pixels, share: NDArray[np.uint8], levels: NDArray[Any]) -> NDArray[Any]:
    """(colours·(255 − share) + levels·share) / 255, rounded to nearest, in the dtype of `levels`, which holds the products."""
    value, painted = colours.astype(levels.dtype), share.astype(levels.dtype)
    rest = 255 - painted
    value *= rest
    painted *= levels
    value += painted
    if levels.dtype != np.uint16:
        value += 127
        value //= 255
        return value
    value += 128  # w / 255 to the nearest is (v + (v >> 8)) >> 8 with v = w + 128
    np.right_shift(value, 8, out=rest)
    value += rest
    value >>= 8
    return value


def _wide(planes: list[NDArray[Any]]) -> NDArray[Any]:
    return cv2.merge(planes) if len(planes) > 1 else planes[0]


KERNELS: dict[type, Callable[[Pixels, Any, Sequence[Pixels]], Pixels]] = {
    Paint: _paint,
    Cover: lambda pixels, cover, partners: _paint(pixels, cover.painted(), partners),
}
