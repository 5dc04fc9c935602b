"""Noise that depends on the level, scattered pixels and rectangles of noise on a CPU, one image at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from augcli.core.primitives.grain import FillNoise, LevelNoise, PhotonNoise, Scatter
from augcli.kernels.shared.depth import CV_DEPTH, EIGHT, Pixels, full_scale, whole_levels
from augcli.kernels.shared.noise import halves, halves_of_rows, normal_table, octets
from augcli.kernels.shared.resample import clipped, fill_levels

from .neighbours import with_alpha, without_alpha
from .strips import strips

Floats = NDArray[np.float32]

_LUT_TAKES_16_BITS = int(cv2.__version__.split(".")[0]) >= 5


def _level_noise(pixels: Pixels, noise: LevelNoise, partners: Sequence[Pixels]) -> Pixels:
    full = full_scale(pixels)
    growth = np.array(noise.table(full), np.float32)
    own_table, common_table = (normal_table() * np.float32(amount) for amount in (noise.own, noise.common))
    result = np.empty_like(pixels)
    for strip in strips(pixels):
        colours, rows = without_alpha(pixels[strip]), (strip.start, strip.stop)
        _, width, channels = colours.shape
        change = np.zeros(colours.shape, np.float32)
        if noise.own:
            change = looked_up(halves_of_rows(noise.key, *rows, width * channels), own_table).reshape(colours.shape)
        if noise.common:
            common = looked_up(halves_of_rows(noise.key ^ 1, *rows, width), common_table)
            together = (cv2.merge([common] * channels) if channels > 1 else common).reshape(colours.shape)
            change = np.add(change, together, out=change) if noise.own else together
        change *= growth[0] if growth[0] == growth[full] else cv2.LUT(colours, growth).reshape(colours.shape)
        np.rint(change, out=change)
        result[strip] = with_alpha(cv2.add(colours, change, dtype=CV_DEPTH[full]), pixels[strip])
    return result


def _photon_noise(pixels: Pixels, noise: PhotonNoise, partners: Sequence[Pixels]) -> Pixels:
    middle, spread = (np.array(table, np.float32) for table in noise.tables(full_scale(pixels)))
    result = np.empty_like(pixels)
    for strip in strips(pixels):
        colours, rows = without_alpha(pixels[strip]), (strip.start, strip.stop)
        _, width, channels = colours.shape
        values = looked_up(halves_of_rows(noise.key, *rows, width * channels), normal_table()).reshape(colours.shape)
        values *= cv2.LUT(colours, spread).reshape(colours.shape)
        values += cv2.LUT(colours, middle).reshape(colours.shape)
        np.multiply(values, values, out=values)
        result[strip] = with_alpha(whole_levels(values, full_scale(pixels)), pixels[strip])
    return result


def _scatter(pixels: Pixels, scatter: Scatter, partners: Sequence[Pixels]) -> Pixels:
    height, width, channels = pixels.shape
    colours = min(channels, 3)
    limits = scatter.limits()
    counted = halves(scatter.key, height, width * colours if scatter.per_channel else width).reshape(-1)
    result = pixels.copy()
    places = np.flatnonzero(counted < limits[-1]) if limits[-1] < 1 << 16 else np.arange(counted.size)
    which = np.searchsorted(limits, counted[places], "right")
    full = full_scale(pixels)
    shades = np.array([fill_levels(colour, channels, full)[:colours] for _, colour in scatter.colours], pixels.dtype)
    flat = result.reshape(-1, channels)
    if scatter.per_channel:
        flat[places // colours, places % colours] = shades[which, places % colours]
    else:
        flat[places, :colours] = shades[which]
    return result


def _fill_noise(pixels: Pixels, fill: FillNoise, partners: Sequence[Pixels]) -> Pixels:
    height, width, channels = pixels.shape
    colours = min(channels, 3)
    result = pixels.copy()
    for region in fill.regions:
        left, top, right, bottom = clipped(region, width, height)
        if left < right and top < bottom:
            found: NDArray[Any] = octets(fill.key, top, bottom, left * colours, right * colours)
            if full_scale(pixels) != EIGHT:
                found = found * np.uint16(257)
            result[top:bottom, left:right, :colours] = found.reshape(bottom - top, right - left, colours)
    return result


def looked_up(counted: NDArray[np.uint16], table: Floats) -> Floats:
    """The table's values; OpenCV's look-up takes half the time of numpy's, which first widens its indices."""
    found: Floats = cv2.LUT(counted, table[None]) if _LUT_TAKES_16_BITS else table.take(counted)
    return found


KERNELS: dict[type, Callable[[Pixels, Any, Sequence[Pixels]], Pixels]] = {
    LevelNoise: _level_noise,
    PhotonNoise: _photon_noise,
    Scatter: _scatter,
    FillNoise: _fill_noise,
}
