"""Shifted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.ops.options import BORDER_DOC, Border, Levels, as_colour
from augcli.core.primitives.image import Warp
from augcli.core.values.matrix import translation


class Translate(Op):
    """Shift the image.

    Size and range are kept; what is left free is filled by `border`. With `whole`, no value changes, only places do.
    Boxes and points move along, and are clipped. Not where position is what is to be learned.
    """

    id: ClassVar[str] = "image.translate"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"x": 0.45, "y": -0.3, "border": "constant", "fill": 128},
        {"whole": False},
    )

    x: Span = span(-0.1, 0.1, within=(-1, 1), unit="of the width", doc="shift to the right")
    y: Span = span(-0.1, 0.1, within=(-1, 1), unit="of the height", doc="shift downwards")
    whole: bool = Field(True, description="by whole pixels, so that nothing is resampled")
    border: Border = Field("reflect", description=BORDER_DOC)
    fill: Levels = Field((0, 0, 0), description="colour for border: constant")

    def lower(self, draw: Any, state: State) -> Sequence[Warp]:
        width, height = state.image[:2]
        x, y = draw.x * width, draw.y * height
        if self.whole:
            x, y = float(round(x)), float(round(y))
        interpolation = "any" if self.whole else "bilinear"
        return [Warp(translation(x, y), (width, height), self.border, as_colour(self.fill), interpolation)]
