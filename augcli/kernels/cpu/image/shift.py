"""Samplings that are shifts by whole pixels, on a CPU: copies and borders, no arithmetic."""

from __future__ import annotations

import cv2

from augcli.kernels.shared.depth import Pixels, full_scale
from augcli.kernels.shared.resample import Resample, fill_levels

_BORDERS = {"reflect": cv2.BORDER_REFLECT_101, "edge": cv2.BORDER_REPLICATE, "constant": cv2.BORDER_CONSTANT}


def shifted(pixels: Pixels, step: Resample) -> Pixels | None:
    """The result of `step` if it only moves whole pixels, without turning or scaling; None if it does more."""
    a, b, left, d, e, top, g, h, i = step.back
    if (a, b, d, e, g, h, i) != (1, 0, 0, 1, 0, 0, 1) or left % 1 or top % 1:
        return None
    height, width, channels = pixels.shape
    if channels == 4 and not step.nearest and cv2.minMaxLoc(cv2.extractChannel(pixels, 3))[0] < full_scale(pixels):
        return None  # sampling turns fully transparent pixels black
    columns = _part(int(left), step.size[0], width, step.border)
    rows = _part(int(top), step.size[1], height, step.border)
    if columns is None or rows is None:
        return None
    view = pixels[rows[0] : rows[1], columns[0] : columns[1]]
    before_x, before_y = columns[0] - int(left), rows[0] - int(top)
    after_x, after_y = step.size[0] - before_x - view.shape[1], step.size[1] - before_y - view.shape[0]
    border, fill = _BORDERS[step.border], fill_levels(step.fill, channels, full_scale(pixels))
    bordered: Pixels = cv2.copyMakeBorder(view, before_y, after_y, before_x, after_x, border, value=fill)
    return bordered.reshape(step.size[1], step.size[0], channels)


def _part(start: int, count: int, length: int, border: str) -> tuple[int, int] | None:
    """The pixels of an axis that are visible; None if there are none, or if a mirrored border shows more."""
    first, last = max(start, 0), min(start + count, length)
    if first >= last:
        return None
    whole = first == 0 and last == length
    if border == "reflect" and not whole and max(first - start, start + count - last) >= last - first:
        return None
    return first, last
