"""Filters, medians, zooms and shuffles of neighbouring pixels on a CPU, one image at a time, by OpenCV and numpy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from augcli.core.primitives.image import Filter
from augcli.core.primitives.neighbours import Feather, Filter2D, Median, Spread, Unsharp, ZoomMean
from augcli.kernels.shared.depth import CV_DEPTH, EIGHT, Pixels, full_scale, whole_levels
from augcli.kernels.shared.median_network import Network
from augcli.kernels.shared.noise import halves

from .strips import strips

_MIRROR = cv2.BORDER_REFLECT_101
_WORTH_FLOATS = 20  # from this many taps, OpenCV's float loops are faster than its integer loops
_DIRECT_EDGE = 11  # for larger kernels OpenCV uses Fourier transforms …
_WORTH_FOURIER = 600  # … which pays off from this many taps
_NETWORK: Network[Any] = Network(cv2.min, cv2.max)


def _filter(pixels: Pixels, kernel: Filter, partners: Sequence[Pixels]) -> Pixels:
    if len(set(kernel.taps_x)) == len(set(kernel.taps_y)) == 1:  # running sums
        size = len(kernel.taps_x), len(kernel.taps_y)
        return cv2.blur(pixels, size, borderType=_MIRROR).reshape(pixels.shape)  # type: ignore[no-any-return]
    # Doubling one and halving the other is exact, and keeps some OpenCV versions from taking their inexact 8-bit path.
    taps_x, taps_y = (np.array(taps, np.float32) * scale for taps, scale in ((kernel.taps_x, 2), (kernel.taps_y, 0.5)))
    filtered = cv2.sepFilter2D(pixels, -1, taps_x, taps_y, borderType=_MIRROR)
    return filtered.reshape(pixels.shape)  # type: ignore[no-any-return]


def _filter_2d(pixels: Pixels, said: Filter2D, partners: Sequence[Pixels]) -> Pixels:
    left, up, right, down = said.reach()
    kernel = np.zeros((up + down + 1, left + right + 1), np.float32)
    for dx, dy, weight in said.taps:
        kernel[dy + up, dx + left] = weight
    source = without_alpha(pixels) if said.colours_only else pixels
    if max(kernel.shape) <= _DIRECT_EDGE and len(said.taps) < _WORTH_FLOATS:
        filtered = cv2.filter2D(source, -1, kernel, anchor=(left, up), borderType=_MIRROR)
    else:
        filtered = _in_floats(source, kernel, left, up)
    filtered = filtered.reshape(source.shape)
    if said.border == "keep":
        for edge in (
            np.s_[:up],
            np.s_[max(len(source) - down, 0) :],
            np.s_[:, :left],
            np.s_[:, max(source.shape[1] - right, 0) :],
        ):
            filtered[edge] = source[edge]
    return with_alpha(filtered, pixels) if said.colours_only else filtered


def _in_floats(source: Pixels, kernel: NDArray[np.float32], left: int, up: int) -> Any:
    """Apply a large kernel piece by piece, each to a shifted image; pieces that are all zero are skipped."""
    height, width, _ = source.shape
    rows, columns = kernel.shape
    if np.count_nonzero(kernel) >= _WORTH_FOURIER:
        return cv2.filter2D(source, -1, kernel, anchor=(left, up), borderType=_MIRROR)
    padded = cv2.copyMakeBorder(source, up, rows - 1 - up, left, columns - 1 - left, _MIRROR).astype(np.float32)
    total: Any = None
    for top, bottom in _runs(rows):
        for start, stop in _runs(columns):
            piece = kernel[top:bottom, start:stop]
            if not piece.any():
                continue
            shifted = padded[top : bottom - 1 + height, start : stop - 1 + width]
            # The anchor is the first tap, so the border of `shifted` affects no pixel that is kept.
            part = cv2.filter2D(shifted, -1, piece, anchor=(0, 0), borderType=_MIRROR | cv2.BORDER_ISOLATED)[:height, :width]
            total = part if total is None else cv2.add(total, part, total)
    if np.min(kernel) < 0:
        np.maximum(total, 0, out=total)
    return whole_levels(total, full_scale(source))


def _runs(length: int) -> list[tuple[int, int]]:
    """Cut a kernel's axis into runs of at most 11."""
    count = -(-length // _DIRECT_EDGE)
    cuts = [length * number // count for number in range(count + 1)]
    return list(pairwise(cuts))


def _unsharp(pixels: Pixels, said: Unsharp, partners: Sequence[Pixels]) -> Pixels:
    colours = without_alpha(pixels)
    taps = np.array(said.taps, np.float32)
    blurred = cv2.sepFilter2D(colours, cv2.CV_32F, taps, taps, borderType=_MIRROR)
    full = full_scale(pixels)
    if said.threshold:
        threshold = said.threshold * full / 255
        detail = cv2.subtract(colours, blurred, dtype=cv2.CV_32F)
        detail -= np.clip(detail, -threshold, threshold)
        detail *= np.float32(said.amount)
        sharp = cv2.add(colours, detail, dtype=CV_DEPTH[full])
    else:
        sharp = cv2.addWeighted(colours, 1 + said.amount, blurred, -said.amount, 0, dtype=CV_DEPTH[full])
    return with_alpha(sharp, pixels)


def _median(pixels: Pixels, median: Median, partners: Sequence[Pixels]) -> Pixels:
    if median.radius > 2 and full_scale(pixels) != EIGHT:
        return _median_of_seven(pixels)
    return cv2.medianBlur(pixels, 2 * median.radius + 1).reshape(pixels.shape)  # type: ignore[no-any-return]


def _median_of_seven(pixels: Pixels) -> Pixels:
    """The median of 7×7 pixels in 16 bits, which OpenCV does not support."""
    height, width, _ = pixels.shape
    padded = cv2.copyMakeBorder(pixels, 3, 3, 3, 3, cv2.BORDER_REPLICATE).reshape(height + 6, width + 6, -1)
    result = np.empty_like(pixels)
    for strip in strips(pixels):
        top, count = strip.start, strip.stop - strip.start
        rows: list[Any] = [padded[top + row : top + row + count].reshape(count, -1) for row in range(7)]
        _NETWORK.sort(rows)
        step = pixels.shape[2]
        columns = [[np.ascontiguousarray(row[:, k * step : (k + width) * step]) for row in rows] for k in range(7)]
        result[strip] = _NETWORK.middle(columns).reshape(count, width, step)
    return result


def _zoom_blur(pixels: Pixels, blur: ZoomMean, partners: Sequence[Pixels]) -> Pixels:
    height, width, _ = pixels.shape
    source = pixels.astype(np.float32)
    total = source.copy()
    enlarged = np.empty_like(source)
    for x, y in blur.cuts(width, height)[1:]:
        cv2.resize(source[y : height - y, x : width - x], (width, height), enlarged, interpolation=cv2.INTER_LINEAR)
        cv2.add(total, enlarged, total)
    if full_scale(pixels) == EIGHT:
        return cv2.convertScaleAbs(total, alpha=1 / blur.steps).reshape(pixels.shape)  # type: ignore[no-any-return]
    return whole_levels(total * np.float32(1 / blur.steps), full_scale(pixels)).reshape(pixels.shape)  # type: ignore[no-any-return]


def _spread(pixels: Pixels, spread: Spread, partners: Sequence[Pixels]) -> Pixels:
    height, width, channels = pixels.shape
    counted = halves(spread.key, height, width)
    side, radius = np.uint16(2 * spread.radius + 1), spread.radius
    column = np.arange(width, dtype=np.int32) + ((counted & np.uint16(255)) * side >> np.uint16(8))
    row = np.arange(height, dtype=np.int32)[:, None] + ((counted >> np.uint16(8)) * side >> np.uint16(8))
    np.clip(column, radius, width - 1 + radius, out=column)
    np.clip(row, radius, height - 1 + radius, out=row)
    row *= width
    row += column
    row -= radius * (width + 1)
    if channels == 1:
        return pixels.reshape(-1).take(row).reshape(pixels.shape)
    # A pixel of four channels is one number.
    source = cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA) if channels == 3 else np.ascontiguousarray(pixels)
    whole = np.uint32 if pixels.dtype == np.uint8 else np.uint64
    found = source.reshape(-1, 4).view(whole).reshape(-1).take(row).view(pixels.dtype).reshape(height, width, 4)
    return cv2.cvtColor(found, cv2.COLOR_RGBA2RGB).reshape(pixels.shape) if channels == 3 else found


def _feather(pixels: Pixels, said: Feather, partners: Sequence[Pixels]) -> Pixels:
    result = pixels.copy()
    if pixels.shape[2] == 4:
        full, alpha = full_scale(pixels), cv2.extractChannel(pixels, 3)
        size = (2 * said.radius + 1,) * 2
        faded = 2 * cv2.boxFilter(alpha, cv2.CV_32F, size, borderType=_MIRROR) - np.float32(full)
        result[:, :, 3] = cv2.min(alpha, whole_levels(np.maximum(faded, 0), full))
    return result


def without_alpha(pixels: Pixels) -> Pixels:
    colours: Pixels = cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB) if pixels.shape[2] == 4 else pixels
    return colours


def with_alpha(colours: Any, pixels: Pixels) -> Pixels:
    """These colours with the alpha of `pixels`, if it has one."""
    if pixels.shape[2] != 4:
        return colours.reshape(pixels.shape)  # type: ignore[no-any-return]
    result = np.empty_like(pixels)
    cv2.mixChannels([colours, pixels], [result], [0, 0, 1, 1, 2, 2, 6, 3])
    return result


KERNELS: dict[type, Callable[[Pixels, Any, Sequence[Pixels]], Pixels]] = {
    Filter: _filter,
    Filter2D: _filter_2d,
    Unsharp: _unsharp,
    Median: _median,
    ZoomMean: _zoom_blur,
    Spread: _spread,
    Feather: _feather,
}
