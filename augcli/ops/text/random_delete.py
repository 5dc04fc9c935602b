"""Fewer words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.chance import uniforms
from augcli.core.fields import Span, span
from augcli.core.op import Needs, Op, State
from augcli.core.primitives.text import Pieces, Slice
from augcli.core.oldwords import without, word_spans


class RandomDelete(Op):
    """Delete words, each with the same chance, and the space that went with them; at least one word stays.

    A word is what stands between white space, in any script. Line breaks stay. Spans of labels move along.
    Can turn a meaning round ("not"): keep the rate low.
    """

    id: ClassVar[str] = "text.random_delete"
    needs: ClassVar[Needs] = "content"
    keys: ClassVar[tuple[str, ...]] = ("key",)
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"rate": 0.5}, {"rate": 1.0})
    references: ClassVar[tuple[str, ...]] = ("Wei and Zou, EDA, arXiv:1901.11196",)

    rate: Span = span(0.1, within=(0, 1), doc="chance of each word")

    def lower(self, draw: Any, state: State) -> Sequence[Pieces]:
        words = word_spans(state.text)
        chances = uniforms(draw.key, len(words))
        doomed = [number for number, chance in enumerate(chances) if chance < draw.rate]
        if len(doomed) == len(words) and words:
            doomed.remove(max(range(len(words)), key=chances.__getitem__))
        if not doomed:
            return []
        return [Pieces.of([Slice(start, stop) for start, stop in without(state.text, words, doomed)])]
