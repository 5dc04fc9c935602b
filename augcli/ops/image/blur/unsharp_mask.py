"""Stronger edges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.idioms import taps
from augcli.core.ops.op import Op, State
from augcli.core.ops.options import Level
from augcli.core.primitives.neighbours import Unsharp


class UnsharpMask(Op):
    """Add what a Gaussian blur takes away: edges of a chosen width get stronger.

    Range is kept by clamping. Size is kept; alpha and labels are left alone.
    """

    id: ClassVar[str] = "image.unsharp_mask"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"sigma_px": 5, "amount": 3, "threshold": 4})

    sigma_px: Span = span(0.8, 2, within=(0.05, 50), unit="px", doc="standard deviation of the blur: the width of edges")
    amount: Span = span(0.3, 1, within=(0, 10), doc="how much of what the blur takes away is added")
    threshold: Level = Field(0, description="detail loses so many levels of 255, so that fine noise is not sharpened")

    def lower(self, draw: Any, state: State) -> Sequence[Unsharp]:
        return [Unsharp(taps.gaussian(draw.sigma_px), draw.amount, float(self.threshold))]
