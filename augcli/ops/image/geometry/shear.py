"""Slanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.ops.options import BORDER_DOC, Border, Levels, as_colour
from augcli.core.primitives.image import Warp
from augcli.core.values.matrix import shearing


class Shear(Op):
    """Slant the image about its centre.

    Size and range are kept; corners are filled by `border`. Boxes become the hull of the slanted box.
    Not where angles or shapes are what is to be learned.
    """

    id: ClassVar[str] = "image.shear"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"x_deg": 45, "y_deg": -20, "border": "constant"})
    references: ClassVar[tuple[str, ...]] = ("Cubuk et al., RandAugment, arXiv:1909.13719 (±0.3, which is ±17 degrees)",)

    x_deg: Span = span(-15, 15, within=(-80, 80), unit="deg", doc="slant of upright lines, to the right as seen")
    y_deg: Span = span(0, within=(-80, 80), unit="deg", doc="slant of level lines, upwards as seen")
    border: Border = Field("reflect", description=BORDER_DOC)
    fill: Levels = Field((0, 0, 0), description="colour for border: constant")

    def lower(self, draw: Any, state: State) -> Sequence[Warp]:
        return [Warp.about_centre(state.image, shearing(draw.x_deg, draw.y_deg), self.border, as_colour(self.fill))]
