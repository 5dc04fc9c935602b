"""Other colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.idioms import colour
from augcli.core.ops.op import Op, State
from augcli.core.primitives.image import ColourMatrix


class Hue(Op):
    """Turn the colours about the grey axis; luma is kept.

    A linear map (the `hue-rotate` of the W3C), not a walk through HSV: it fuses with the other colour steps, and
    bright colours keep their brightness. What leaves the range is clamped. Alpha and labels are left alone.
    Not where colour is the label (flowers, traffic lights).
    """

    id: ClassVar[str] = "image.hue"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"angle_deg": 120})
    references: ClassVar[tuple[str, ...]] = ("W3C, Filter Effects Module Level 1, feColorMatrix type hueRotate",)

    angle_deg: Span = span(-18, 18, within=(-180, 180), unit="deg", doc="turn of the colour circle: 120 makes red green")

    def lower(self, draw: Any, state: State) -> Sequence[ColourMatrix]:
        return [colour.hue(draw.angle_deg)]
