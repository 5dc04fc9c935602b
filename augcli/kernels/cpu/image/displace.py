"""Displace and Tiles carried out on a CPU by OpenCV and numpy, one image at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from augcli.core.primitives.displace import Displace
from augcli.core.primitives.tiles import Tiles
from augcli.core.values.facts import ImageFacts
from augcli.kernels.shared.depth import Pixels, full_scale
from augcli.kernels.shared.resample import fill_levels

_BORDERS = {"reflect": cv2.BORDER_REFLECT_101, "edge": cv2.BORDER_REPLICATE, "constant": cv2.BORDER_CONSTANT}
_LONGEST_REMAP = 32_766  # of either side, in OpenCV
_STRIP_PIXELS = 1 << 14  # processed at once, so that intermediate results fit in a core's cache


def displace(pixels: Pixels, field: Displace, partners: Sequence[Pixels]) -> Pixels:
    """Weight RGBA colours by alpha, so that colours under fully transparent pixels do not bleed."""
    height, width, channels = pixels.shape
    if field.interpolation == "nearest":
        return _nearest(pixels, field)
    facts = ImageFacts(width, height)
    nodes, cell = field.nodes(facts), field.cell_px(facts)
    # Positions, counted from the centre of the first pixel, are linear between nodes, just as displacements are.
    nodes[:, :, 0] += (np.arange(nodes.shape[1], dtype=np.float32) - 0.5) * cell - 0.5
    nodes[:, :, 1] += ((np.arange(nodes.shape[0], dtype=np.float32) - 0.5) * cell - 0.5)[:, None]
    full = full_scale(pixels)
    fill = fill_levels(field.fill, channels, full)
    by_alpha = channels == 4 and cv2.minMaxLoc(cv2.extractChannel(pixels, 3))[0] < full
    values: Any = pixels
    if by_alpha:
        values = pixels.astype(np.float32)
        values[:, :, :3] *= values[:, :, 3:]
        fill = (*[full * level for level in fill[:3]], full)
    elif channels == 3:  # OpenCV samples four channels twice as fast as three
        values, fill = cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA), (*fill, 0)
    result = np.empty_like(pixels)
    lines = max(1, _STRIP_PIXELS // (width * cell)) * cell
    for top in range(0, height, lines):
        strip = result[top : top + lines]
        sampled = _sampled(values, _positions(nodes, cell, top, strip.shape[:2]), field.border, fill)
        if by_alpha:
            _unmultiply(sampled, strip, full)
        elif channels == 3:
            cv2.cvtColor(sampled, cv2.COLOR_RGBA2RGB, dst=strip)
        else:
            strip[...] = sampled.reshape(strip.shape)
    return result


def _positions(nodes: NDArray[np.float32], cell: int, top: int, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The positions that the pixels of some lines sample, (lines, columns, 2), interpolated by OpenCV's resize."""
    lines, columns = shape
    part = nodes[top // cell : top // cell - (-lines // cell) + 2]
    if cell > 1:
        part = cv2.resize(part, (part.shape[1] * cell, part.shape[0] * cell), interpolation=cv2.INTER_LINEAR)
    return part[cell : cell + lines, cell : cell + columns]


def _unmultiply(sampled: NDArray[np.float32], result: Pixels, full: int) -> None:
    """Colours and alpha from alpha-weighted colours and alpha; black where alpha rounds to 0."""
    alpha = sampled[:, :, 3:]
    seen = np.rint(alpha) > 0
    np.divide(sampled[:, :, :3], alpha, out=sampled[:, :, :3], where=seen)
    sampled[:, :, :3] *= seen
    result[...] = np.clip(np.rint(sampled), 0, full)


def _sampled(values: Any, positions: NDArray[np.float32], border: str, fill: tuple[int, ...]) -> Any:
    """Bilinear samples of an image (uint8, uint16 or float32)."""
    if max(*values.shape[:2], *positions.shape[:2]) <= _LONGEST_REMAP:
        return cv2.remap(values, positions, None, cv2.INTER_LINEAR, borderMode=_BORDERS[border], borderValue=fill)
    first = np.floor(positions)
    weight = positions - first
    total = np.zeros((*positions.shape[:2], values.shape[2]), np.float32)
    for down in (0, 1):
        for along in (0, 1):
            tap = _taken(values, first[:, :, 0] + along, first[:, :, 1] + down, border, fill)
            weight_x, weight_y = (np.abs(1 - step - weight[:, :, axis]) for axis, step in ((0, along), (1, down)))
            total += tap * (weight_x * weight_y)[:, :, None]
    if values.dtype == np.float32:
        return total
    return np.clip(np.rint(total), 0, full_scale(values)).astype(values.dtype)


def _taken(values: Any, column: Any, row: Any, border: str, fill: tuple[int, ...]) -> Any:
    """Pixels at whole float positions, inside or outside."""
    height, width = values.shape[:2]
    column, outside_x = _bordered(column, width, border)
    row, outside_y = _bordered(row, height, border)
    taken = values[row, column]
    if border == "constant":
        taken[outside_x | outside_y] = fill
    return taken


def _bordered(index: NDArray[np.float32], length: int, border: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The index inside an axis of `length` pixels, and whether it was outside."""
    outside = (index < 0) | (index > length - 1)
    whole = index.astype(np.int64)
    if border == "reflect" and length > 1:
        whole = np.abs(whole) % (2 * length - 2)
        whole = np.minimum(whole, 2 * length - 2 - whole)
    return np.clip(whole, 0, length - 1), outside


def _nearest(pixels: Pixels, field: Displace) -> Pixels:
    """Take the pixel that contains the position; float32, in the torch kernel's order of operations."""
    height, width, channels = pixels.shape
    facts = ImageFacts(width, height)
    nodes, cell = field.nodes(facts), field.cell_px(facts)
    u, v = (np.arange(width, dtype=np.float32) + 0.5)[None], (np.arange(height, dtype=np.float32) + 0.5)[:, None]
    place_x, place_y = u / np.float32(cell) + 0.5, v / np.float32(cell) + 0.5
    i, j = place_x.astype(np.int64), place_y.astype(np.int64)
    weight_x, weight_y = place_x - i.astype(np.float32), place_y - j.astype(np.float32)
    found = []
    for axis, start in ((0, u), (1, v)):
        plane = nodes[:, :, axis]
        upper = plane[j, i] * (1 - weight_x) + plane[j, i + 1] * weight_x
        lower = plane[j + 1, i] * (1 - weight_x) + plane[j + 1, i + 1] * weight_x
        found.append(np.floor((upper * (1 - weight_y) + lower * weight_y) + start))
    taken: Pixels = _taken(pixels, found[0], found[1], field.border, fill_levels(field.fill, channels, full_scale(pixels)))
    return taken


def tiles(pixels: Pixels, said: Tiles, partners: Sequence[Pixels]) -> Pixels:
    """Tile by tile."""
    facts = ImageFacts(pixels.shape[1], pixels.shape[0])
    result = pixels.copy()
    for place, tile in enumerate(said.order):
        if place != tile:
            left, top, right, bottom = said.place(place, facts)
            from_left, from_top, from_right, from_bottom = said.place(tile, facts)
            result[top:bottom, left:right] = pixels[from_top:from_bottom, from_left:from_right]
    return result


KERNELS: dict[type, Callable[[Pixels, Any, Sequence[Pixels]], Pixels]] = {Displace: displace, Tiles: tiles}
