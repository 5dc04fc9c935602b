"""A Resample that takes the nearest pixel, on a CPU."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from augcli.kernels.shared.depth import Pixels, full_scale
from augcli.kernels.shared.resample import Resample, fill_levels

_FAR = 2.0**40  # positions near a horizon are clamped to this many pixels, so that they stay finite
_SHORT = 32_760  # OpenCV counts whole positions in 16 bits


def nearest(pixels: Pixels, step: Resample) -> Pixels:
    """Take the pixel that contains the position. In float64 and in the torch kernel's order of operations, because no
    two backends may pick different pixels of a label map."""
    height, width, channels = pixels.shape
    a, b, c, d, e, f, g, h, i = step.back
    x = (np.arange(step.size[0]) + 0.5)[None, :]
    y = (np.arange(step.size[1]) + 0.5)[:, None]
    if b == d == g == h == 0 and i == 1:  # columns and rows are chosen independently of each other
        column, row = a * x + (b * y[:1] + c), d * x[:, :1] + (e * y + f)
    elif not step.projective and i == 1:
        column, row = a * x + (b * y + c), d * x + (e * y + f)
    else:
        w = g * x + (h * y + i)
        w = np.where(np.abs(w) < 1e-300, 1e-300, w)
        column, row = (a * x + (b * y + c)) / w, (d * x + (e * y + f)) / w
    apart = column.shape[0] == 1 and row.shape[1] == 1
    if step.border != "reflect" and not apart and max(width, height, *step.size) < _SHORT:
        return _looked_up(pixels, step, column, row)
    column, outside_x = _bordered(column, width, step.border)
    row, outside_y = _bordered(row, height, step.border)
    if apart:
        result: Pixels = _grid(pixels, column[0], row[:, 0])
    else:
        result = pixels.reshape(-1, channels).take(row * width + column, axis=0)
    if step.border == "constant":
        result[outside_x | outside_y] = fill_levels(step.fill, channels, full_scale(pixels))
    return result


def _grid(pixels: Pixels, columns: NDArray[np.int64], rows: NDArray[np.int64]) -> Pixels:
    """Take these columns of these rows, starting with the axis that leaves less work for the other."""
    if len(rows) < len(pixels):
        return _columns(pixels.take(rows, axis=0), columns)
    return _columns(pixels, columns).take(rows, axis=0)


def _columns(pixels: Pixels, columns: NDArray[np.int64]) -> Pixels:
    height, _, channels = pixels.shape
    if channels == 1:
        return pixels.take(columns, axis=1)
    # A pixel of four channels is one number, which numpy fetches ten times as fast as three values.
    fours = cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA) if channels == 3 else np.ascontiguousarray(pixels)
    numbers = fours.view(f"u{4 * pixels.itemsize}")[:, :, 0].take(columns, axis=1)
    found = numbers.view(pixels.dtype).reshape(height, len(columns), 4)
    return cv2.cvtColor(found, cv2.COLOR_RGBA2RGB) if channels == 3 else found


def _looked_up(pixels: Pixels, step: Resample, column: NDArray[np.float64], row: NDArray[np.float64]) -> Pixels:
    """Look up whole positions by OpenCV, several times faster than numpy; positions outside are clamped to just outside."""
    height, width, channels = pixels.shape
    places = np.empty((step.size[1], step.size[0], 2), np.int16)
    for axis, (position, length) in enumerate(((column, width), (row, height))):
        np.clip(position, -1, length, out=position)
        np.floor(position, out=position)
        places[:, :, axis] = position
    border = cv2.BORDER_CONSTANT if step.border == "constant" else cv2.BORDER_REPLICATE
    fill = fill_levels(step.fill, channels, full_scale(pixels))
    found: Pixels = cv2.remap(pixels, places, None, cv2.INTER_NEAREST, borderMode=border, borderValue=fill)
    return found.reshape(*places.shape[:2], channels)


def _bordered(position: NDArray[np.float64], length: int, border: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The index for a position along an axis of `length` pixels, and whether the position is outside."""
    index = np.floor(np.clip(position, -_FAR, _FAR))
    outside = (index < 0) | (index > length - 1)
    if border == "reflect" and length > 1:
        period = 2.0 * (length - 1)
        index = np.abs(index)
        index -= np.floor(index / period) * period
        index = np.minimum(index, period - index)
    return np.clip(index, 0, length - 1).astype(np.int64), outside
