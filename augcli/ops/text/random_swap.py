"""Words in another order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.chance import uniform
from augcli.core.fields import Span, span
from augcli.core.op import Needs, Op, State
from augcli.core.primitives.text import Pieces, Slice
from augcli.core.oldwords import word_spans


class RandomSwap(Op):
    """Swap pairs of neighbouring words; what stands between them stays in place.

    A word is what stands between white space, in any script; no word takes part twice. Spans of labels move along.
    Can change a meaning ("dog bites man"): keep the rate low.
    """

    id: ClassVar[str] = "text.random_swap"
    needs: ClassVar[Needs] = "content"
    keys: ClassVar[tuple[str, ...]] = ("key",)
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"rate": 0.5}, {"rate": 1.0})
    references: ClassVar[tuple[str, ...]] = ("Wei and Zou, EDA, arXiv:1901.11196",)

    rate: Span = span(0.1, within=(0, 1), doc="chance of each word to change places with the next one")

    def lower(self, draw: Any, state: State) -> Sequence[Pieces]:
        words = word_spans(state.text)
        order = list(range(len(words)))
        number = 0
        while number + 1 < len(words):
            if uniform(draw.key, number) < draw.rate:
                order[number], order[number + 1] = number + 1, number
                number += 1
            number += 1
        if order == sorted(order):
            return []
        pieces, position = [], 0
        for place, word in enumerate(order):
            start, stop = words[place]
            pieces += [Slice(position, start), Slice(*words[word])]
            position = stop
        return [Pieces.of([*pieces, Slice(position, len(state.text))])]
