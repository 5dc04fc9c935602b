"""A turn by any angle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.fields import Span, span
from augcli.core.matrix import rotation
from augcli.core.op import Op, State
from augcli.core.options import BORDER_DOC, Border, Levels, as_colour
from augcli.core.primitives.image import Warp


class Rotate(Op):
    """Turn the picture about its centre.

    Size and range are kept; corners are filled by `border`. Boxes become the hull of the turned box.
    Not for pictures whose meaning depends on being upright (6 and 9, text).
    """

    id: ClassVar[str] = "image.rotate"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"angle_deg": [-180, 180]},
        {"angle_deg": 10, "border": "constant", "fill": 128},
    )

    angle_deg: Span = span(-15, 15, within=(-180, 180), unit="deg", doc="turn, counter-clockwise as seen")
    border: Border = Field("reflect", description=BORDER_DOC)
    fill: Levels = Field((0, 0, 0), description="colour for border: constant")

    def lower(self, draw: Any, state: State) -> Sequence[Warp]:
        return [Warp.about_centre(state.image, rotation(draw.angle_deg), self.border, as_colour(self.fill))]
