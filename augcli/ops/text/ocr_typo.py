"""Slips of the scanner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.idioms.typos import with_typos
from augcli.core.ops.op import Needs, Op, State
from augcli.core.primitives.text import Pieces
from augcli.core.values.resources import Letters, Request

_OCR = Letters("ocr")


class OcrTypo(Op):
    """Replace letters by what a scanner would read instead: "modern" becomes "modem", "lot" becomes "1ot".

    The pairs are nlpaug's (OcrAug) and some of two letters that look like one (rn and m, cl and d). Only Latin letters
    have any. Left alone are words of one or two letters, negations (with `keep_negations`), URLs, e-mail addresses,
    numbers, @names, #tags, markup and {placeholders}. No typo makes an obscenity. Spans of labels move along.
    Not for text that never was on paper.
    """

    id: ClassVar[str] = "text.ocr_typo"
    needs: ClassVar[Needs] = "content"
    keys: ClassVar[tuple[str, ...]] = ("key",)
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"rate": 0.1}, {"rate": 1.0, "at_least": 0})
    references: ClassVar[tuple[str, ...]] = ("nlpaug OcrAug",)

    rate: Span = span(0.02, within=(0, 1), doc="chance of each letter that looks like another")
    at_least: int = Field(default=1, ge=0, description="typos in each text at least, where it has the letters for it")
    keep_negations: bool = Field(default=True, description="leave negations as they are: not, n't; 안, 못, 않, 없, 아니")

    def resources(self) -> Sequence[Request]:
        return (_OCR,)

    def lower(self, draw: Any, state: State) -> Sequence[Pieces]:
        pairs = state.letters(_OCR)
        return with_typos(state.text, pairs, draw.key, draw.rate, self.at_least, self.keep_negations, any_case=False)
