"""Noise beyond added normals: it grows with the level, replaces pixels, or fills rectangles.

All noise is counted by position (kernels/shared/noise.py), so a pixel's noise does not depend on the batch. Alpha is
kept. Every backend gives the same bits.
"""

from __future__ import annotations

import math

from .image import Colour
from .layers import Region
from .primitive import ImagePrimitive

CHANCES = 1 << 16  # chances are counted in units of this: bits come as halves of a word


class LevelNoise(ImagePrimitive, tolerance_levels=0, planes="kept"):
    """Add normal noise whose strength depends on the level: growth(x) · (own · n + common · m).

    n is counted by (row, column, channel) with `key`, m by (row, column) with `key` ^ 1, so it is the same in all
    channels. growth(x) = √(dark + root·x + share·x²), where x is the level as a share of full scale: (1, 0, 0) is noise
    that does not depend on it, (0, 0, 1) is in proportion to it. `own` and `common` are shares of full scale.
    """

    own: float
    common: float
    growth: tuple[float, float, float]
    key: int

    def table(self, full: int = 255) -> list[float]:
        """growth in levels, for each level, of which `full` is the highest."""
        dark, root, share = self.growth
        return [full * math.sqrt(dark + root * x + share * x * x) for x in (level / full for level in range(full + 1))]


class PhotonNoise(ImagePrimitive, tolerance_levels=0, planes="kept"):
    """Replace each value by a random one, as if it were counted in photons, of which full scale has `photons`.

    A count of mean λ is (a + s·n)², n normal, with s² = λ − √(λ² − λ/2) and a² = λ − s²: mean λ and variance λ, as
    Poisson's (below λ = ½, s² = λ and a = 0: the mean alone). Black stays black. n is counted by (row, column, channel).
    """

    photons: float
    key: int

    def tables(self, full: int = 255) -> tuple[list[float], list[float]]:
        """a and s for each level, of which `full` is the highest, such that (a + s·n)² is in levels."""
        a, s = [], []
        for level in range(full + 1):
            mean = self.photons * level / full
            # λ − √(λ² − λ/2), without the difference of nearly equal numbers.
            square = mean / 2 / (mean + math.sqrt(mean * mean - mean / 2)) if mean > 0.5 else mean
            a.append(math.sqrt((mean - square) * full / self.photons))
            s.append(math.sqrt(square * full / self.photons))
        return a, s


class Scatter(ImagePrimitive, tolerance_levels=0, planes="kept"):
    """Replace some pixels by colours, each with its chance; with `per_channel`, single values by those of the colours.

    Of h, 16 counted bits of (row, column) or (row, column, channel), that colour holds which is the first for which h is
    below its `limits()`.
    """

    colours: tuple[tuple[float, Colour], ...]  # chance, colour
    key: int
    per_channel: bool = False

    def limits(self) -> list[int]:
        """Up to which number, of CHANCES, each colour holds."""
        total, limits = 0.0, []
        for chance, _ in self.colours:
            total += chance
            limits.append(min(CHANCES, round(total * CHANCES)))
        return limits


class FillNoise(ImagePrimitive, tolerance_levels=0, planes="erased"):
    """Cover rectangles with noise: every value is one of 256 levels, each as likely, counted by (row, column, channel).

    In 16 bits too, where they are multiples of 257. What lies beneath is hidden.
    """

    regions: tuple[Region, ...]
    key: int
