"""Squares of pixels averaged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.primitives.image import Filter


class BoxBlur(Op):
    """Replace each pixel by the mean of the square around it.

    Size is kept. Labels are left alone. Not where fine texture decides the label.
    """

    id: ClassVar[str] = "image.box_blur"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"radius_px": 10})

    radius_px: Span = span(1, 3, within=(1, 50), whole=True, unit="px", doc="1 averages 3 × 3 pixels, 2 averages 5 × 5")

    def lower(self, draw: Any, state: State) -> Sequence[Filter]:
        size = 2 * draw.radius_px + 1
        taps = (1 / size,) * size
        return [Filter(taps, taps)]
