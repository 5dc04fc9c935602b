"""Translucent shapes that are painted over images: shadow, haze, streaks, lights.

All but Cover hide little, so labels stay. Alpha is kept. Positions and lengths are in pixels, from the top left corner.
Lines and edges are drawn as OpenCV draws antialiased ones, in sixteenths of a pixel, up to half a pixel wider.
"""

from __future__ import annotations

from typing import NamedTuple

from .image import Colour
from .primitive import ImagePrimitive


class Polygons(NamedTuple):
    """Areas inside closed lines x, y, x, y …, with edges softened over `soft_px` pixels on both sides."""

    outlines: tuple[tuple[float, ...], ...]
    soft_px: int = 0


class Discs(NamedTuple):
    """Discs as (x, y, radius), with edges softened likewise."""

    discs: tuple[tuple[float, float, float], ...]
    soft_px: int = 0


class Glow(NamedTuple):
    """Light about a point: 1 − (1 − t³)² with t = 1 − distance / radius, none beyond the radius."""

    x: float
    y: float
    radius: float


class Streaks(NamedTuple):
    """Straight strokes all over the image, each of (x, y) pixels or down to half of it, `width_px` wide.

    A third of them is near; the next third is 0.7 times as long, wide and bright, the last 0.45 times. Places and lengths
    are counted with `key`. Softened likewise.
    """

    number: int
    x: float
    y: float
    width_px: float
    key: int
    soft_px: int = 0


class Cloud(NamedTuple):
    """1 − spread·n, n smooth noise from 0 to 1: three octaves of counted values, of which `cell_px` lie between the first.

    Every octave is values of one byte, made smooth by a cubic B-spline; they count 4 : 2 : 1.
    """

    cell_px: int
    spread: float
    key: int


Shape = Polygons | Discs | Glow | Streaks | Cloud


class Paint(ImagePrimitive, tolerance_levels=0, planes="kept"):
    """Move pixels under a shape towards a colour: x + (colour − x)·m, rounded to the nearest level.

    m, the shape's share of the pixel times `opacity`, is rounded to 255ths. The host works it out, by whole numbers, once
    for all backends (`kernels/shared/masks.py`); every backend gives the same bits.
    """

    shape: Shape
    colour: Colour
    opacity: float


class Cover(ImagePrimitive, tolerance_levels=0, planes="erased"):
    """Cover areas within closed lines of x, y, x, y … with a colour: they hide what lies beneath, unlike what is painted.

    Their edges are drawn as those of Polygons.
    """

    hides: tuple[tuple[float, ...], ...]
    colour: Colour

    def painted(self) -> Paint:
        return Paint(Polygons(self.hides), self.colour, 1.0)
