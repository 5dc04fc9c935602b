"""Colours swapped."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.primitives.image import ColourMatrix

_ORDERS = tuple(permutations(range(3)))


class ChannelShuffle(Op):
    """Put red, green and blue in another order.

    Size and range are kept. Alpha and labels are left alone; grey images stay as they are. Not where colour is the
    label. `order: 5` is BGR, as from a program that mixed the two up.
    """

    id: ClassVar[str] = "image.channel_shuffle"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"order": 5})

    order: Span = span(
        1, 5, within=(0, 5), whole=True, doc="0 as they are, 1 red-blue-green, 2 GRB, 3 GBR, 4 BRG, 5 blue-green-red"
    )

    def lower(self, draw: Any, state: State) -> Sequence[ColourMatrix]:
        if state.image.channels == 1:
            return []
        return [ColourMatrix.linear(tuple([float(source == at) for source in _ORDERS[draw.order] for at in range(3)]))]
