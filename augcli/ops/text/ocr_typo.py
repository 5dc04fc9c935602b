from collections.abc import Sequence

from augcli.core.idioms.typos import with_typos
from augcli.plugin import Draw, Letters, Op, Primitives, Request, Span, State, option, span

_OCR = Letters("ocr")


class OcrTypo(Op):
    """Replace letters by what a scanner would read instead: "modern" becomes "modem", "lot" becomes "1ot".

    The pairs are nlpaug's (OcrAug) and some of two letters that look like one (rn and m, cl and d). Only Latin letters
    have any. Left alone are words of one or two letters, negations (with `keep_negations`), URLs, e-mail addresses,
    numbers, @names, #tags, markup and {placeholders}. No typo makes an obscenity. Spans of labels move along.
    Not for text that never was on paper.
    """

    id = "text.ocr_typo"
    needs = "content"
    keys = ("key",)
    examples = ({}, {"rate": 0.1}, {"rate": 1.0, "at_least": 0})
    references = ("nlpaug OcrAug",)

    rate: Span = span(0.02, within=(0, 1), doc="chance of each letter that looks like another")
    at_least: int = option(1, ge=0, doc="typos in each text at least, where it has the letters for it")
    keep_negations: bool = option(True, doc="leave negations as they are: not, n't; 안, 못, 않, 없, 아니")

    def resources(self) -> Sequence[Request]:
        return (_OCR,)

    def lower(self, draw: Draw, state: State) -> Primitives:
        pairs = state.letters(_OCR)
        return with_typos(state.text, pairs, draw.key, draw.rate, self.at_least, self.keep_negations, any_case=False)
