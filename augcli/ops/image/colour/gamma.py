"""Brighter or darker mid-tones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import LogUniform, Span, span
from augcli.core.ops.op import Op, State
from augcli.core.primitives.tone import Curve, table_of


class Gamma(Op):
    """Raise every value to a power; black and white stay where they are.

    Above 1 mid-tones get darker, below 1 brighter; half and double are equally likely by default. Size and range are
    kept. Alpha and labels are left alone.
    """

    id: ClassVar[str] = "image.gamma"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"gamma": 2.2}, {"gamma": 0.45})

    gamma: Span = span(draw=LogUniform(0.8, 1.25), within=(0.1, 10), doc="the power; 1 leaves the image as it is")

    def lower(self, draw: Any, state: State) -> Sequence[Curve]:
        power = draw.gamma
        return [Curve.alike(table_of(lambda share: share**power, state.image.bits))]
