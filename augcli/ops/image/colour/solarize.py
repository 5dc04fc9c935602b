"""Bright parts inverted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.primitives.tone import Curve, inverted_from


class Solarize(Op):
    """Invert all values from a threshold on, each colour for itself.

    Size and range are kept. Alpha and labels are left alone. Not where colour is the label: it makes colours that no
    camera gives, which is what policies such as RandAugment want it for.
    """

    id: ClassVar[str] = "image.solarize"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"threshold": 0}, {"threshold": [0.3, 0.9]})
    references: ClassVar[tuple[str, ...]] = ("Cubuk et al., AutoAugment, arXiv:1805.09501",)

    threshold: Span = span(0.5, within=(0, 1), unit="of full scale", doc="values from here on are inverted; 0 inverts all")

    def lower(self, draw: Any, state: State) -> Sequence[Curve]:
        return [Curve.alike(inverted_from(draw.threshold, state.image.bits))]
