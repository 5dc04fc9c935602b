"""Primitives that change image values other than by linear maps: curves, histograms, hue and saturation, shading.

None of these moves a pixel. Alpha is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

from augcli.core.values.facts import ImageFacts

from .image import LUMA
from .primitive import ImagePrimitive

Table = tuple[int, ...]  # the new value of each of the 256 or 65,536 levels

PER_MILLION = 1_000_000
SHARE_BITS = 20


def table_of(function: Callable[[Any], Any], bits: int = 8) -> Table:
    """The table of a function from shares of full scale to the same, rounded half to even and clamped.

    The function is called once, with all shares in one array (float64): 10 µs in place of 40 for 8 bits.
    """
    import numpy as np

    full = (1 << bits) - 1
    levels = np.empty(full + 1)
    np.multiply(function(_shares(full)), full, out=levels)
    np.rint(levels, out=levels)
    np.maximum(levels, 0, out=levels)
    np.minimum(levels, full, out=levels)
    # Out of bytes, numbers come twice as fast as out of a list.
    return tuple(levels.astype(np.uint8).tobytes() if bits == 8 else levels.astype(np.uint16).tolist())


@lru_cache(64)
def inverted_from(threshold: float, bits: int) -> Table:
    """Invert values at or above `threshold` (share of full scale); keep the rest."""
    full = (1 << bits) - 1
    start = full * threshold - 1e-6  # a level that was written as a share is found again
    return tuple([full - level if level >= start else level for level in range(full + 1)])


@lru_cache
def top_bits(kept: int, bits: int) -> Table:
    """Clear all but the highest `kept` bits."""
    lost = bits - kept
    return tuple([level >> lost << lost for level in range(1 << bits)])


@lru_cache
def _shares(full: int) -> Any:
    import numpy as np

    shares = np.arange(full + 1) / full
    shares.flags.writeable = False
    return shares


class Curve(ImagePrimitive, tolerance_levels=0, planes="kept"):
    """Look each value up in a table of all levels, one for each colour; grey images have one of their own.

    The tables have 256 or 65,536 entries, depending on the image's bits.

    Exact on every backend. A run of Curves is one Curve, which gives what they give one after the other, to the bit.
    """

    red: Table
    green: Table
    blue: Table
    grey: Table

    @classmethod
    def alike(cls, table: Table) -> Curve:
        """The same table for all colours."""
        return cls(table, table, table, table)

    @classmethod
    def of_colours(cls, red: Table, green: Table, blue: Table) -> Curve:
        """A table for each colour; a grey image gets the luma of what it would become as red, green and blue."""
        luma = [LUMA[0] * r + LUMA[1] * g + LUMA[2] * b for r, g, b in zip(red, green, blue, strict=True)]
        return cls(red, green, blue, tuple([round(level) for level in luma]))

    def then(self, later: Any, facts: ImageFacts) -> Curve | None:
        if not isinstance(later, Curve):
            return None
        if self.red is self.grey and later.red is later.grey:
            return Curve.alike(_through(self.red, later.red))
        return Curve(*[_through(own, other) for own, other in zip(self, later, strict=True)])


def _through(first: Table, second: Table) -> Table:
    if len(first) == 256:
        return tuple(bytes(first).translate(bytes(second)))
    return tuple([second[level] for level in first])


class Adapt(ImagePrimitive, tolerance_levels=0, planes="kept"):
    """Look each value up in a table made from the image's own histogram, each colour for itself.

    Pixels that alpha hides wholly do not count. All is whole numbers, so every backend gives the same. With h(v) the
    number of pixels of level v, c(v) that of levels up to v, and n of all (in 16 bits, read 65535 for 255, and for c(v − 1)
    in equalize 257·c(v − 1); match finds values between the reference's 256 levels):

    equalize: v becomes (c(v − 1) + step // 2) // step, at most 255, where step is n without the pixels of the highest
    level there is, divided by 255, rounded down; where step is 0 nothing changes (Pillow, torchvision).

    stretch: the lowest level of which more than `cut` pixels are left when so many are taken from the dark end becomes
    0, the highest likewise 255, and those between (v − low)·255 // (high − low), where `cut` is n·cut_ppm // 1,000,000;
    where high ≤ low nothing changes (Pillow's autocontrast).

    match: v becomes the level up to which the reference has the share c(v)/n of its pixels, interpolated between the
    levels that it has and rounded half up; of that and of v the mean is taken, by `weight_ppm` millionths and the rest,
    rounded half up. `reference` says which share of its pixels is of each level or below, in 2⁻²⁰: 256 numbers each
    for red, green, blue and luma (which grey images take).
    """

    kind: Literal["equalize", "stretch", "match"]
    cut_ppm: int = 0
    reference: tuple[int, ...] = ()
    weight_ppm: int = PER_MILLION


class LocalContrast(ImagePrimitive, tolerance_levels=1, planes="kept"):
    """Contrast-limited adaptive histogram equalisation (CLAHE) of luma, chroma kept.

    The image is cut into columns × rows tiles (where its size is no multiple, it goes on as its mirror image), each
    tile's histogram of luma is cut off at `clip` times its mean and equalised, and a pixel's luma goes through the
    tables of the four nearest tiles, interpolated: OpenCV's CLAHE to the letter. The change of luma is then added to
    red, green and blue alike. Luma is (9798·R + 19235·G + 3735·B + 16384) >> 15. Clear pixels count as any others.

    In 16 bits levels are counted at the nearest of 256, and tables are interpolated between those.
    """

    clip: float
    columns: int
    rows: int


class HueSaturationValue(ImagePrimitive, tolerance_levels=1, planes="kept"):
    """Turn the hue and multiply saturation and value, by the hexagonal model (HSV).

    With V the largest and m the smallest of red, green and blue, S = (V − m) / V, and H the angle on the hexagon:
    H + hue_deg, min(S·saturation, 1) and min(V·value, 1) go back to colours. Grey has no hue and stays grey.
    """

    hue_deg: float
    saturation: float
    value: float


class Shade(ImagePrimitive, tolerance_levels=1, planes="kept"):
    """Multiply by a gain that varies over the image: constant + x·X + y·Y + xx·X² + yy·Y², at least 0.

    (X, Y) is the centre of the pixel in pixels from the top left corner. All colours alike.
    """

    constant: float
    x: float
    y: float
    xx: float
    yy: float
