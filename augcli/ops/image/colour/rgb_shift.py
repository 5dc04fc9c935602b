"""A colour cast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.primitives.image import ColourMatrix
from augcli.core.values.matrix import IDENTITY


class RgbShift(Op):
    """Add a constant to red, green and blue, each its own.

    Size is kept; what leaves the range is clamped. Alpha and labels are left alone; a grey image gets brighter or
    darker by the luma of the three. Not where the very colour is the label.
    """

    id: ClassVar[str] = "image.rgb_shift"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"red": 0.3, "green": -0.3, "blue": 0.3})

    red: Span = span(-0.08, 0.08, within=(-1, 1), unit="of full scale", doc="added to red; 0.08 is about 20 of 255 levels")
    green: Span = span(-0.08, 0.08, within=(-1, 1), unit="of full scale", doc="added to green")
    blue: Span = span(-0.08, 0.08, within=(-1, 1), unit="of full scale", doc="added to blue")

    def lower(self, draw: Any, state: State) -> Sequence[ColourMatrix]:
        return [ColourMatrix.linear(IDENTITY, (draw.red, draw.green, draw.blue))]
