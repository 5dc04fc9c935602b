"""Fewer shades."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.fields import Span, span
from augcli.core.op import Op, State
from augcli.core.primitives.tone import Curve


class Posterize(Op):
    """Keep only the upper bits of every value.

    Shades between are lost and smooth areas fall into steps; the picture gets a little darker, since the lower bits
    become 0. Size is kept. Alpha and labels are left alone. Not where fine shades decide the label.
    """

    id: ClassVar[str] = "image.posterize"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"bits": 1})
    references: ClassVar[tuple[str, ...]] = ("Cubuk et al., AutoAugment, arXiv:1805.09501",)

    bits: Span = span(3, 5, within=(1, 8), whole=True, unit="bits", doc="so many of the 8 bits are kept; 8 changes nothing")

    def lower(self, draw: Any, state: State) -> Sequence[Curve]:
        lost = 8 - draw.bits
        return [Curve.alike(tuple([level >> lost << lost for level in range(256)]))]
