"""Words in another order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.chance import filled, hits
from augcli.core.fields import Span, span
from augcli.core.op import Needs, Op, State
from augcli.core.primitives.text import Piece, Pieces, Slice
from augcli.core.words import Span as Place
from augcli.core.words import core, ends_korean_sentence, is_negation, masked, runs


class RandomSwap(Op):
    """Swap pairs of neighbouring words; what stands between them stays in place.

    A word is what stands between white space, in any script, without the punctuation around it; no word takes part twice,
    and none changes places across punctuation or a line break. Negations (with `keep_negations`), URLs, e-mail addresses,
    numbers, @names, #tags, markup, {placeholders} and the last word of a Korean sentence stay where they are. Spans of
    labels move along.
    Can change a meaning ("dog bites man"): keep the rate low. Not for labels that hang on word order (grammaticality).
    """

    id: ClassVar[str] = "text.random_swap"
    version: ClassVar[int] = 2
    needs: ClassVar[Needs] = "content"
    keys: ClassVar[tuple[str, ...]] = ("key",)
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"rate": 0.5}, {"rate": 1.0, "at_least": 0})
    references: ClassVar[tuple[str, ...]] = ("Wei and Zou, EDA, arXiv:1901.11196",)

    rate: Span = span(0.1, within=(0, 1), doc="chance of each word to change places with the next one")
    at_least: int = Field(default=1, ge=0, description="swaps in each text at least, where it has the words for it")
    keep_negations: bool = Field(default=True, description="leave negations in their places: not, n't; 안, 못, 않, 없, 아니")

    def lower(self, draw: Any, state: State) -> Sequence[Pieces]:
        text = state.text
        mask = masked(text)
        words = runs(mask)

        def pair(number: int) -> tuple[Place, Place] | None:
            """Two words that can change places, or None."""
            if number + 1 >= len(words) or text[words[number][1] : words[number + 1][0]].strip(" \t\xa0\u3000"):
                return None
            first, second = core(mask, words[number]), core(mask, words[number + 1])
            if first is None or second is None or first[1] != words[number][1] or second[0] != words[number + 1][0]:
                return None
            if self.keep_negations and (is_negation(text[first[0] : first[1]]) or is_negation(text[second[0] : second[1]])):
                return None
            return None if ends_korean_sentence(text, second) else (first, second)

        chosen = [number for number in hits(draw.key, draw.rate, len(words) - 1) if pair(number)]
        if len(chosen) < self.at_least:
            chosen = filled(draw.key, chosen, [number for number in range(len(words) - 1) if pair(number)], self.at_least)
        pieces: list[Piece] = []
        position, last = 0, -2
        for number in chosen:
            both = pair(number)
            if both is None or number == last + 1:
                continue
            last = number
            (start, stop), (later, end) = both
            pieces += [Slice(position, start), Slice(later, end), Slice(stop, later), Slice(start, stop)]
            position = end
        return [Pieces.of([*pieces, Slice(position, len(text))])] if pieces else []
