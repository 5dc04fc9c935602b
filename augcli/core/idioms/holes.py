"""Covered rectangles: what a user may write for their fill and their size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from augcli.core.draws.chance import uniform
from augcli.core.draws.distributions import ordered
from augcli.core.ops.needs import Needs
from augcli.core.ops.options import Levels, as_colour, one_or, repeated
from augcli.core.primitives.grain import FillNoise
from augcli.core.primitives.image import Fill
from augcli.core.primitives.layers import Region

_COLOURS = 0x3C79AC492BA7B653  # keeps the numbers for colours apart from those that an op takes from the same key

HoleFill = Levels | Literal["noise", "random"]
HOLE_FILL_DOC = "[red, green, blue] from 0 to 255, one number for grey, random (one colour per hole) or noise (per pixel)"


def cover(regions: Sequence[Region], fill: tuple[int, int, int] | str, key: int) -> list[Fill | FillNoise]:
    """The primitive that covers these rectangles; no primitive if there are none."""
    if not regions:
        return []
    if fill == "noise":
        return [FillNoise(tuple(regions), key)]
    if isinstance(fill, str):
        key ^= _COLOURS
        shades = [(uniform(key, 3 * n), uniform(key, 3 * n + 1), uniform(key, 3 * n + 2)) for n in range(len(regions))]
        return [Fill(tuple(zip(regions, shades, strict=True)))]
    colour = as_colour(fill)
    return [Fill(tuple([(region, colour) for region in regions]))]


_Share = Annotated[float, Field(ge=0.001, le=1)]
# [smallest, largest] edge of a rectangle as a share of the image's, or one number; each rectangle draws its own.
Shares = Annotated[
    tuple[_Share, _Share],
    AfterValidator(lambda pair: ordered(*pair)),
    repeated(2, (int, float)),
    one_or(2, 0.001, 1, "number"),
    Needs("[smallest, largest], or one number"),
]
