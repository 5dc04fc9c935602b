"""Curves, histograms, HSV and shading on a CPU, one image at a time, by OpenCV and numpy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from augcli.core.primitives.tone import PER_MILLION, SHARE_BITS, Adapt, Curve, HueSaturationValue, LocalContrast, Shade
from augcli.kernels.shared.depth import CV_DEPTH, EIGHT, Pixels, full_scale, in_eight_bits, whole_levels
from augcli.kernels.shared.look_up import look_up

from .clahe import local_contrast
from .strips import strips

Counts = NDArray[np.int64]

_COUNTED_PIXELS = 1 << 24  # OpenCV's histograms are float32, which is exact up to here
_LEVELS = {255: np.arange(256), 65_535: np.arange(65_536)}  # of each full scale


def _curve(pixels: Pixels, curve: Curve, partners: Sequence[Pixels]) -> Pixels:
    if pixels.shape[2] == 1:
        return look_up(pixels, [curve.grey])
    if pixels.shape[2] == 3 and (curve.red is curve.green is curve.blue or curve.red == curve.green == curve.blue):
        return look_up(pixels, [curve.red])
    return look_up(pixels, [curve.red, curve.green, curve.blue])


def _adapt(pixels: Pixels, adapt: Adapt, partners: Sequence[Pixels]) -> Pixels:
    colours, full = min(pixels.shape[2], 3), full_scale(pixels)
    if adapt.kind == "stretch" and not adapt.cut_ppm and pixels.shape[2] != 4:
        ends = [cv2.minMaxLoc(plane)[:2] for plane in cv2.split(pixels)]
        low, high = (np.array([end[which] for end in ends], np.int64)[:, None] for which in (0, 1))
        return look_up(pixels, _stretched(low, high, full))
    counts = _histograms(pixels, colours)
    if adapt.kind == "match":
        reference = np.array(adapt.reference, np.int64).reshape(4, 256)
        return look_up(pixels, _matched(counts, reference[:3] if colours == 3 else reference[3:], adapt.weight_ppm))
    return look_up(pixels, _equalized(counts) if adapt.kind == "equalize" else _stretched(*_ends(counts, adapt.cut_ppm), full))


def cumulative_shares(pixels: Pixels) -> tuple[int, ...]:
    """The share of pixels at or below each level, in the form of Adapt's `reference`."""
    codes = {3: cv2.COLOR_RGB2GRAY, 4: cv2.COLOR_RGBA2GRAY}
    pixels = in_eight_bits(pixels)
    luma = pixels.copy()  # keeps alpha, which marks the pixels that do not count
    if pixels.shape[2] > 1:
        luma[:, :, 0] = cv2.cvtColor(pixels, codes[pixels.shape[2]])
    colours = _histograms(pixels, min(pixels.shape[2], 3))
    counts = np.concatenate([colours if len(colours) == 3 else colours.repeat(3, 0), _histograms(luma, 1)]).cumsum(1)
    return tuple(((counts << SHARE_BITS) // np.maximum(counts[:, -1:], 1)).ravel().tolist())


def _histograms(pixels: Pixels, colours: int) -> Counts:
    """The number of pixels at each level, (colours, levels); fully transparent ones do not count."""
    levels = full_scale(pixels) + 1
    counts = np.zeros((colours, levels), np.int64)
    lines = max(1, _COUNTED_PIXELS // pixels.shape[1])
    for top in range(0, pixels.shape[0], lines):
        planes = cv2.split(pixels[top : top + lines])
        mask = None if len(planes) < 4 else planes[3] if levels == 256 else (planes[3] > 0).astype(np.uint8)
        for colour in range(colours):
            counts[colour] += cv2.calcHist([planes[colour]], [0], mask, [levels], [0, levels]).ravel().astype(np.int64)
    return counts


def _equalized(counts: Counts) -> Counts:
    full = counts.shape[1] - 1
    highest = full - (counts[:, ::-1] > 0).argmax(1)[:, None]
    step = (counts.sum(1, keepdims=True) - np.take_along_axis(counts, highest, 1)) // 255
    below = counts.cumsum(1) - counts
    equalized = np.minimum((below * (full // 255) + step // 2) // np.maximum(step, 1), full)
    return np.where(step > 0, equalized, _LEVELS[full])


def _ends(counts: Counts, cut_ppm: int) -> tuple[Counts, Counts]:
    """The lowest and the highest level that remain after the cut."""
    cut = counts.sum(1, keepdims=True) * cut_ppm // PER_MILLION
    low = (counts.cumsum(1) <= cut).sum(1, keepdims=True)
    return low, counts.shape[1] - 1 - (counts[:, ::-1].cumsum(1) <= cut).sum(1, keepdims=True)


def _stretched(low: Counts, high: Counts, full: int) -> Counts:
    stretched = np.clip((_LEVELS[full] - low) * full // np.maximum(high - low, 1), 0, full)
    return np.where(high > low, stretched, _LEVELS[full])


def _matched(counts: Counts, reference: Counts, weight_ppm: int) -> Counts:
    total, below = counts.sum(1, keepdims=True), counts.cumsum(1) << SHARE_BITS
    full, rows = counts.shape[1] - 1, []
    finer = full // 255  # the reference has 256 levels
    for share, n, wanted in zip(reference, total, below, strict=True):
        upper = np.minimum(np.searchsorted(share * n, wanted), 255)  # the first level that has the share
        before = np.where(upper > 0, share[upper - 1], 0)
        lower = np.searchsorted(share, before)  # the level that it has before that
        span = np.maximum((share[upper] - before) * n, 1)
        whole, part = np.divmod((wanted - before * n) * (upper - lower), span)
        between = (lower + whole) * finer + (2 * part * finer + span) // (2 * span)
        rows.append(np.where(before > 0, between, upper * finer))
    mixed = (np.stack(rows) * weight_ppm + _LEVELS[full] * (PER_MILLION - weight_ppm) + PER_MILLION // 2) // PER_MILLION
    return np.where(total > 0, mixed, _LEVELS[full])


def _hue_saturation_value(pixels: Pixels, said: HueSaturationValue, partners: Sequence[Pixels]) -> Pixels:
    channels, full = pixels.shape[2], full_scale(pixels)
    if channels == 1:
        return look_up(pixels, [np.clip(np.rint(_LEVELS[full] * said.value), 0, full).astype(pixels.dtype)])
    turn = said.hue_deg % 360  # OpenCV wraps hues above the circle, but not all of those below it
    change = np.array([(1, 0, 0, turn), (0, said.saturation, 0, 0), (0, 0, said.value, 0)], np.float32)
    result = np.empty_like(pixels)
    lines = next(strips(pixels)).stop
    limited = said.saturation > 1 or said.value > 1
    scratch = np.empty((4 if limited else 3, lines, pixels.shape[1], 3), np.float32)
    scratch[3:] = (1e9, 1, full)
    for strip in strips(pixels):
        block = pixels[strip]
        one, two, three = scratch[:3, : len(block)]  # small enough that reused data stays in the cache
        np.copyto(one, block[:, :, :3])
        cv2.transform(cv2.cvtColor(one, cv2.COLOR_RGB2HSV, two), change, one)
        if limited:
            cv2.min(one, scratch[3, : len(block)], one)
        cv2.cvtColor(one, cv2.COLOR_HSV2RGB, three)
        if channels == 3:
            if full == EIGHT:
                cv2.convertScaleAbs(three, result[strip])
            else:
                result[strip] = whole_levels(three, full)
        else:
            cv2.mixChannels([whole_levels(three, full), block], [result[strip]], [0, 0, 1, 1, 2, 2, 6, 3])
    return result


def _shade(pixels: Pixels, shade: Shade, partners: Sequence[Pixels]) -> Pixels:
    height, width, channels = pixels.shape
    x, y = np.arange(width) + 0.5, np.arange(height) + 0.5
    along = (x * (shade.x + shade.xx * x)).astype(np.float32)
    down = (shade.constant + y * (shade.y + shade.yy * y)).astype(np.float32)
    may_vanish = np.min(along) + np.min(down) < 0
    result, depth = np.empty_like(pixels), CV_DEPTH[full_scale(pixels)]
    for strip in strips(pixels):
        gain = np.add.outer(down[strip], along)
        if may_vanish:
            np.maximum(gain, 0, out=gain)
        gains = cv2.merge([gain] * min(channels, 3) + [np.ones_like(gain)] * (channels == 4)).reshape(*gain.shape, channels)
        cv2.multiply(pixels[strip], gains, result[strip], dtype=depth)
    return result


KERNELS: dict[type, Callable[[Pixels, Any, Sequence[Pixels]], Pixels]] = {
    Curve: _curve,
    Adapt: _adapt,
    LocalContrast: local_contrast,
    HueSaturationValue: _hue_saturation_value,
    Shade: _shade,
}
