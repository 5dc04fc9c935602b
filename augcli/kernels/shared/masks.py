"""The coverage of each pixel by a painted shape, in 255ths: computed on the host, the same for every backend.

Whole numbers throughout (OpenCV's drawing, averaging and exact resizing of bytes), except for Glow, whose few float64
operations are each rounded as IEEE 754 requires: the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from augcli.core.primitives.paint import Cloud, Discs, Glow, Paint, Polygons, Streaks

from .look_up import look_up
from .noise import halves, octets

Mask = NDArray[np.uint8]

_SHIFT = 4  # drawing positions are in sixteenths of a pixel
_FAR_PX = 1 << 20  # positions are clamped to this, so that sixteenths fit OpenCV's 32 bits
_DEPTHS = ((256, 255), (179, 179), (115, 115))  # size in 256ths and brightness of streaks near, farther and far
_OCTAVES = (4, 2, 1)
_DOUBLINGS = 3  # how many times a grid of values is refined, each time by cubic B-spline subdivision


def mask_of(paint: Paint, width: int, height: int) -> Mask:
    """The coverage times the opacity, as uint8 (height, width)."""
    mask = _MAKERS[type(paint.shape)](paint.shape, width, height)
    if paint.opacity != 1:
        table = (np.arange(256) * round(paint.opacity * 65536) + 32768) >> 16
        mask = look_up(mask[:, :, None], [table])[:, :, 0]
    return mask


def _polygons(said: Polygons, width: int, height: int) -> Mask:
    mask = np.zeros((height, width), np.uint8)
    for outline in said.outlines:
        corners = np.array(outline).reshape(1, -1, 2)
        cv2.fillPoly(mask, _sixteenths(corners), 255, cv2.LINE_AA, _SHIFT)  # type: ignore[call-overload]
    return _soft(mask, said.soft_px)


def _discs(said: Discs, width: int, height: int) -> Mask:
    mask = np.zeros((height, width), np.uint8)
    for x, y, radius in said.discs:
        centre = _sixteenths(np.array((x, y))).tolist()
        cv2.circle(mask, centre, round(radius * (1 << _SHIFT)), 255, cv2.FILLED, cv2.LINE_AA, _SHIFT)
    return _soft(mask, said.soft_px)


def _glow(said: Glow, width: int, height: int) -> Mask:
    mask = np.zeros((height, width), np.uint8)
    left, right = (min(max(int(end), 0), width) for end in (said.x - said.radius, said.x + said.radius + 1))
    top, bottom = (min(max(int(end), 0), height) for end in (said.y - said.radius, said.y + said.radius + 1))
    x, y = np.arange(left, right) + (0.5 - said.x), np.arange(top, bottom) + (0.5 - said.y)
    near = 1 - np.sqrt(np.add.outer(y * y, x * x)) * (1 / said.radius)
    np.maximum(near, 0, out=near)
    faint = 1 - near * near * near
    mask[top:bottom, left:right] = np.rint(255 * (1 - faint * faint))
    return mask


def _streaks(said: Streaks, width: int, height: int) -> Mask:
    mask = np.zeros((height, width), np.uint8)
    bits = halves(said.key, 3, said.number).astype(np.int64)
    reach = np.rint(np.array((said.x, said.y)) * (1 << _SHIFT)).astype(np.int64)
    room = (np.array((width, height)) << _SHIFT) + abs(reach)
    for number, (size, level) in enumerate(_DEPTHS):
        place, length = bits[:2, number::3], (bits[2, number::3] >> 9) + 128  # of 256ths, half to all
        start = (place.T * room >> 16) - np.maximum(reach, 0)
        stop = start + (length[:, None] * size * reach >> 16)
        lines = np.stack([start, stop], 1).astype(np.int32)
        thickness = max(1, round(said.width_px * size / 256))
        cv2.polylines(mask, lines, False, level, thickness, cv2.LINE_AA, _SHIFT)  # type: ignore[call-overload]
    return _soft(mask, said.soft_px)


def _cloud(said: Cloud, width: int, height: int) -> Mask:
    total = np.full((height, width), sum(_OCTAVES) // 2, np.uint16)
    for octave, weight in enumerate(_OCTAVES):
        cell = max(1, said.cell_px >> octave)
        columns, rows = -(-width // cell) + 4, -(-height // cell) + 4
        field = np.ascontiguousarray(octets(said.key ^ octave, 0, rows, 0, columns))
        for _ in range(_DOUBLINGS):
            field = cv2.pyrUp(field)
        # The samples between which the image lies, and one more on each side.
        across, down = (-(-(length << _DOUBLINGS) // cell) + 2 for length in (width, height))
        first = (2 << _DOUBLINGS) - 1
        field = np.ascontiguousarray(field[first : first + down, first : first + across])
        size = across * cell >> _DOUBLINGS, down * cell >> _DOUBLINGS
        field = cv2.resize(field, size, interpolation=cv2.INTER_LINEAR_EXACT)
        start = cell >> _DOUBLINGS
        total += field[start : start + height, start : start + width] * np.uint16(weight)
    total //= sum(_OCTAVES)
    # The mean of many values lies near the middle; doubling the distance from it fills the range.
    levels = np.clip(2 * np.arange(256) - 128, 0, 255)
    table = 255 - ((levels * round(said.spread * 65536) + 32768) >> 16)
    return look_up(total.astype(np.uint8)[:, :, None], [table])[:, :, 0]


def _sixteenths(places: NDArray[np.float64]) -> NDArray[np.int32]:
    """Pixel edges as OpenCV counts positions: from the centre of the first pixel."""
    return np.rint((np.clip(places, -_FAR_PX, _FAR_PX) - 0.5) * (1 << _SHIFT)).astype(np.int32)


def _soft(mask: Mask, soft_px: int) -> Mask:
    """Average over soft_px + 1 pixels each way, twice, so that edges soften over soft_px on both sides."""
    for middle in ((soft_px + 1) // 2, soft_px // 2) if soft_px else ():
        if soft_px == 1:
            mask = _mean_of_four(mask, middle)
            continue
        size = soft_px + 1, soft_px + 1
        mask = cv2.blur(mask, size, anchor=(middle, middle), borderType=cv2.BORDER_REPLICATE).reshape(mask.shape)
    return mask


def _mean_of_four(mask: Mask, before: int) -> Mask:
    """cv2.blur of 2 × 2 to the bit (it rounds up), in half its time; `before` of both pixels lie to the left and above."""
    after = 1 - before
    padded = cv2.copyMakeBorder(mask, before, after, before, after, cv2.BORDER_REPLICATE).astype(np.uint16)
    rows = padded[1:] + padded[:-1]
    sums = rows[:, 1:] + rows[:, :-1]
    sums += 3
    sums >>= 2
    mean: Mask = sums.astype(np.uint8)
    return mean


_MAKERS: dict[type, Callable[[Any, int, int], Mask]] = {
    Polygons: _polygons,
    Discs: _discs,
    Glow: _glow,
    Streaks: _streaks,
    Cloud: _cloud,
}
