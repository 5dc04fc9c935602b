"""Relief."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.idioms import taps
from augcli.core.ops.op import Op, State
from augcli.core.primitives.neighbours import Filter2D


class Emboss(Op):
    """Add the slope of the image: edges that face the light get brighter, others darker, and the rest stays.

    Range is kept by clamping. Size is kept; alpha and labels are left alone.
    """

    id: ClassVar[str] = "image.emboss"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"strength": 2, "angle_deg": 0})

    strength: Span = span(0.2, 0.7, within=(0, 5), doc="0 leaves the image as it is")
    angle_deg: Span = span(135, within=(-360, 360), unit="deg", doc="where the light is: 0 right, 90 above, 135 top left")

    def lower(self, draw: Any, state: State) -> Sequence[Filter2D]:
        return [Filter2D(taps.relief(draw.strength, draw.angle_deg), colours_only=True)]
