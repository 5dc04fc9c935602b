"""Fewer shades."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.primitives.tone import Curve, top_bits


class Posterize(Op):
    """Keep only the upper bits of every value.

    Shades between are lost and smooth areas fall into steps; the image gets a little darker, since the lower bits
    become 0. Size is kept. Alpha and labels are left alone. Not where fine shades decide the label.
    """

    id: ClassVar[str] = "image.posterize"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"bits": 1})
    references: ClassVar[tuple[str, ...]] = ("Cubuk et al., AutoAugment, arXiv:1805.09501",)

    bits: Span = span(3, 5, within=(1, 8), whole=True, unit="bits", doc="so many of the highest bits are kept; 8 keeps all of 8")

    def lower(self, draw: Any, state: State) -> Sequence[Curve]:
        return [Curve.alike(top_bits(draw.bits, state.image.bits))]
