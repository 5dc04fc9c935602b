"""Medians of neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.primitives.neighbours import Median


class MedianBlur(Op):
    """Replace each value by the median of the square around it: dots and fine lines go, edges stay sharp.

    Exact, every channel for itself. Size is kept. Labels are left alone. Not where thin things decide the label.
    """

    id: ClassVar[str] = "image.median_blur"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"radius_px": 3})

    radius_px: Span = span(1, 2, within=(1, 3), whole=True, unit="px", doc="1 takes 3 × 3 pixels, 2 takes 5 × 5, 3 takes 7 × 7")

    def lower(self, draw: Any, state: State) -> Sequence[Median]:
        return [Median(draw.radius_px)]
