"""Primitives that mix or swap neighbouring pixels other than by separable kernels: kernels, medians, zooms, shuffles."""

from __future__ import annotations

from typing import Literal

from .primitive import ImagePrimitive

Tap = tuple[int, int, float]  # dx, dy, weight


class Filter2D(ImagePrimitive, tolerance_levels=1, planes="kept"):
    """Weighted sums of neighbours: out(x, y) = Σ weight · in(x + dx, y + dy), rounded once.

    `border` "reflect": around the image lies its mirror image (without repeating the edge); "keep": pixels with a tap
    outside the image stay as they are. All channels alike; with `colours_only` alpha stays as it is.
    """

    taps: tuple[Tap, ...]
    border: Literal["reflect", "keep"] = "reflect"
    colours_only: bool = False

    def reach(self) -> tuple[int, int, int, int]:
        """How far the taps reach: left, up, right, down, in pixels."""
        columns, rows = [tap[0] for tap in self.taps], [tap[1] for tap in self.taps]
        return max(0, -min(columns)), max(0, -min(rows)), max(0, *columns), max(0, *rows)


class Unsharp(ImagePrimitive, tolerance_levels=1, planes="kept"):
    """Add what a blur takes away: x + amount · detail, where detail is x − blurred, brought nearer to 0 by `threshold`.

    Blurred is the image under the separable kernel `taps` (both ways, mirrored at the edge), not rounded; `threshold`
    counts in levels of 255, and detail of fewer levels becomes 0. Alpha stays as it is.
    """

    taps: tuple[float, ...]
    amount: float
    threshold: float = 0.0


class Median(ImagePrimitive, tolerance_levels=0, planes="kept"):
    """The median of the (2·radius + 1)² pixels around each pixel, radius 1…3; beyond the edge, the edge is repeated.

    Every channel for itself, alpha too. Exact on every backend.
    """

    radius: int


class ZoomMean(ImagePrimitive, tolerance_levels=1, planes="kept"):
    """The mean of the image and of its middle parts, each enlarged to its size: `steps` in all.

    Of the number k, `cuts` whole pixels are cut off on every side, by which it is enlarged up to 1 + amount. Bilinear;
    beyond the edge of a part, its edge is repeated. All channels alike, alpha too.
    """

    amount: float
    steps: int

    def cuts(self, width: int, height: int) -> list[tuple[int, int]]:
        """How much is cut off on the left and right, and at the top and bottom."""
        most = self.amount / (1 + self.amount) / 2 / (self.steps - 1)
        return [(round(width * most * number), round(height * most * number)) for number in range(self.steps)]


class Spread(ImagePrimitive, tolerance_levels=0, planes="kept"):
    """Each pixel shows one of its neighbours, at most `radius` (1…20) pixels away along either axis.

    With s = 2·radius + 1 and the counted bits h (16 of them) of (row, column): dx = ((h & 255)·s >> 8) − radius, and
    dy likewise from the upper eight bits; beyond the edge, the edge is repeated. No value changes; alpha moves along.
    """

    radius: int
    key: int


class Feather(ImagePrimitive, tolerance_levels=1, planes="kept"):
    """Fade out towards where alpha ends: it becomes 2·mean − 1, or stays where it is less than that.

    The mean is that of the (2·radius + 1)² pixels around, mirrored at the edge: on a straight edge, alpha rises over
    `radius` pixels from the edge inwards. Colours stay, and images without alpha.
    """

    radius: int
