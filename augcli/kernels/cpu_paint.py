"""Painted shapes on a CPU, one picture at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..core.primitives.paint import Paint
from .cpu_neighbours import with_alpha, without_alpha
from .depth import EIGHT, Pixels, full_scale
from .masks import mask_of
from .resample import fill_levels

_BLOCK_PIXELS = 1 << 14  # strips stay in the cache, and in memory that is there already


def _paint(pixels: Pixels, paint: Paint, partners: Sequence[Pixels]) -> Pixels:
    height, width, channels = pixels.shape
    mask = mask_of(paint, width, height)
    full = full_scale(pixels)
    levels = fill_levels(paint.colour, channels, full)[: min(channels, 3)]
    result = np.empty_like(pixels)
    lines = max(1, _BLOCK_PIXELS // width)
    for top in range(0, height, lines):
        strip, part = pixels[top : top + lines], mask[top : top + lines]
        if not part.any():
            result[top : top + lines] = strip
            continue
        colours = without_alpha(strip)
        rest = _wide([~part] * len(levels)).reshape(colours.shape)
        if full == EIGHT:
            # v / 255 to the nearest, which is (w + (w >> 8)) >> 8 with w = v + 128
            value = np.multiply(colours, rest, dtype=np.uint16)
            value += _wide([part * np.uint16(level) + np.uint16(128) for level in levels]).reshape(colours.shape)
            value += value >> 8
            value >>= 8
        else:
            value = np.multiply(colours, rest, dtype=np.uint32)
            value += part[:, :, None] * np.array(levels, np.uint32) + np.uint32(127)
            value //= np.uint32(255)
        result[top : top + lines] = with_alpha(value.astype(pixels.dtype), strip)
    return result


def _wide(planes: list[NDArray[Any]]) -> NDArray[Any]:
    return cv2.merge(planes) if len(planes) > 1 else planes[0]


KERNELS: dict[type, Callable[[Pixels, Any, Sequence[Pixels]], Pixels]] = {Paint: _paint}
