"""Animations: frames of one size, made one canvas each, in the containers that formats know.

Every frame is written as a whole canvas: once noise or a warp has gone over it, hardly a pixel is the same as in the frame
before. Static parts are written again and again, so files get larger than those of encoders that write differences.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, pairwise

from augcli.formats.image.header import Pixels


def whole_units(durations: Iterable[float], unit_ms: int) -> list[int]:
    """Durations in whole units, rounded so that no error adds up."""
    ends = [round(end / unit_ms) for end in accumulate(durations, initial=0.0)]
    return [after - before for before, after in pairwise(ends)]


def of_equal_channels(images: list[Pixels], grey: bool) -> list[Pixels]:
    """All frames with as many channels as the richest of them has; `grey`: whether one channel will do."""
    most = max(pixels.shape[2] for pixels in images)
    return [_widened(pixels, most if grey or most > 1 else 3) for pixels in images]


def _widened(pixels: Pixels, channels: int) -> Pixels:
    import cv2
    import numpy as np

    have = pixels.shape[2]
    if have == channels:
        return np.ascontiguousarray(pixels)
    to_rgb = {1: cv2.COLOR_GRAY2RGB, 4: cv2.COLOR_RGBA2RGB}
    to_rgba = {1: cv2.COLOR_GRAY2RGBA, 3: cv2.COLOR_RGB2RGBA}
    conversion = to_rgb if channels == 3 else to_rgba
    widened: Pixels = cv2.cvtColor(pixels, conversion[have])
    return widened
