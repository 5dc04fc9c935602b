"""Local contrast on a CPU, one image at a time.

8 bits go to OpenCV. For 16 bits OpenCV counts 65,536 separate levels, so that hardly any count is ever clipped; here
levels are counted in 256 bins and tables are interpolated between them, so that `clip` means the same for both depths.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from augcli.core.primitives.tone import LocalContrast
from augcli.kernels.shared.depth import EIGHT, SIXTEEN, Pixels, full_scale

from .strips import strips

_NODE = 257  # levels of 65535 from one counted level to the next


def local_contrast(pixels: Pixels, contrast: LocalContrast, partners: Sequence[Pixels]) -> Pixels:
    """Equalise luma and keep chroma: the change in luma is added to every colour."""
    if pixels.shape[2] == 1:
        return _better(pixels, contrast).reshape(pixels.shape)  # type: ignore[no-any-return]
    luma = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY if pixels.shape[2] == 3 else cv2.COLOR_RGBA2GRAY)
    better = _better(luma, contrast)
    alpha = [np.zeros_like(luma)] * (pixels.shape[2] - 3)
    up, down = (cv2.merge([change] * 3 + alpha) for change in (cv2.subtract(better, luma), cv2.subtract(luma, better)))
    return cv2.subtract(cv2.add(pixels, up), down)  # type: ignore[no-any-return]


def _better(luma: Pixels, contrast: LocalContrast) -> Any:
    if full_scale(luma) == EIGHT:
        return cv2.createCLAHE(contrast.clip, (contrast.columns, contrast.rows)).apply(luma)
    return _in_sixteen_bits(luma.reshape(luma.shape[:2]), contrast)


def _in_sixteen_bits(luma: NDArray[np.uint16], contrast: LocalContrast) -> NDArray[np.uint16]:
    height, width = luma.shape
    columns, rows = contrast.columns, contrast.rows
    # If either side is not a multiple, both are extended to the next one, as in OpenCV.
    more = int(width % columns != 0 or height % rows != 0)
    tile_width, tile_height = width // columns + more, height // rows + more
    counted = ((luma.astype(np.uint32) + 128) // _NODE).astype(np.uint8)
    below, beside = tile_height * rows - height, tile_width * columns - width
    counted = cv2.copyMakeBorder(counted, 0, below, 0, beside, cv2.BORDER_REFLECT_101)
    tables = _tables(counted, contrast, tile_width, tile_height)
    left, right, weight_x = _neighbours(np.arange(width), tile_width, columns)
    result = np.empty_like(luma)
    for strip in strips(luma):
        levels = luma[strip].astype(np.int32)
        upper, lower, weight_y = _neighbours(np.arange(strip.start, strip.stop), tile_height, rows)
        node = levels // _NODE
        share = (levels - node * _NODE).astype(np.float32) / np.float32(_NODE)
        both = []
        for row in (upper, lower):
            one, other = (_looked_up(tables, row[:, None] * columns + column, node, share) for column in (left, right))
            both.append(one * (1 - weight_x) + other * weight_x)
        better = both[0] * (1 - weight_y[:, None]) + both[1] * weight_y[:, None]
        result[strip] = np.rint(better)
    return result


def _tables(counted: NDArray[np.uint8], contrast: LocalContrast, width: int, height: int) -> NDArray[np.float32]:
    """(tiles, 257): the value that each counted level becomes, in levels of 65535; the last one twice."""
    rows, columns = contrast.rows, contrast.columns
    tiles = counted.reshape(rows, height, columns, width).transpose(0, 2, 1, 3).reshape(rows * columns, -1)
    counts = np.stack([np.bincount(tile, minlength=256) for tile in tiles])
    limit = max(1, int(contrast.clip * (width * height) / 256))
    excess = np.maximum(counts - limit, 0).sum(1, keepdims=True)
    # Clipped counts are spread evenly; the remainder goes to levels at a regular distance, starting from the lowest.
    rest = excess % 256
    every = 256 // np.maximum(rest, 1)
    level = np.arange(256)
    counts = np.minimum(counts, limit) + excess // 256 + ((level % every == 0) & (level // every < rest))
    tables = np.minimum(counts.cumsum(1) * (SIXTEEN / (width * height)), SIXTEEN).astype(np.float32)
    return np.concatenate([tables, tables[:, -1:]], 1)


def _neighbours(place: NDArray[Any], size: int, tiles: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.float32]]:
    """The tiles before and after a position along an axis, and the weight of the one after."""
    position = place.astype(np.float32) * np.float32(1 / size) - np.float32(0.5)
    first = np.floor(position)
    whole = first.astype(np.int64)
    return np.maximum(whole, 0), np.minimum(whole + 1, tiles - 1), position - first


def _looked_up(tables: NDArray[np.float32], tile: Any, node: Any, share: Any) -> NDArray[np.float32]:
    """Look levels up, interpolating between the values of counted levels."""
    place = tile * 257 + node
    before = tables.reshape(-1).take(place)
    found: NDArray[np.float32] = before + (tables.reshape(-1).take(place + 1) - before) * share
    return found
