"""Fewer words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.draws.chance import hits, uniform
from augcli.core.draws.fields import Span, span
from augcli.core.idioms.words import core, ends_korean_sentence, masked, negation_near, runs, without
from augcli.core.ops.op import Needs, Op, State
from augcli.core.primitives.text import Pieces, Slice


class RandomDelete(Op):
    """Delete words, each with the same chance, and the space that went with them; at least one word stays.

    A word is what stands between white space, in any script, without the punctuation around it. Punctuation and line
    breaks stay, and so do negations and what they deny (with `keep_negations`), URLs, e-mail addresses, numbers,
    @names, #tags, markup and {placeholders}, and the last word of a Korean sentence. Spans of labels move along.
    Not for labels that hang on every word (grammaticality, entailment), nor for texts of a few words.
    """

    id: ClassVar[str] = "text.random_delete"
    version: ClassVar[int] = 2
    needs: ClassVar[Needs] = "content"
    keys: ClassVar[tuple[str, ...]] = ("key",)
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"rate": 0.5}, {"rate": 1.0, "keep_negations": False})
    references: ClassVar[tuple[str, ...]] = ("Wei and Zou, EDA, arXiv:1901.11196",)

    rate: Span = span(0.1, within=(0, 1), doc="chance of each word")
    keep_negations: bool = Field(default=True, description="never delete a negation: not, n't; 안, 못, 않, 없, 아니")

    def lower(self, draw: Any, state: State) -> Sequence[Pieces]:
        text = state.text
        mask = masked(text)
        words = runs(mask)
        doomed = []
        for number in hits(draw.key, draw.rate, len(words)):
            word = core(mask, words[number])
            if word is None or ends_korean_sentence(text, word):
                continue
            if self.keep_negations and negation_near(mask, words, number, number):
                continue
            doomed.append(word)
        if doomed and len(doomed) == len(words):
            del doomed[int(uniform(draw.key, -1) * len(doomed))]
        if not doomed:
            return []
        return [Pieces.of([Slice(start, stop) for start, stop in without(text, doomed)])]
