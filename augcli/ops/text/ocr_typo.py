from collections.abc import Sequence

from augcli.core.idioms.typos import with_typos
from augcli.plugin import Draw, Letters, Op, Primitives, Request, Span, State, option, span

_OCR = Letters("ocr")


class OcrTypo(Op):
    """Replace letters as text recognition (OCR) confuses them: "modern" becomes "modem", "lot" becomes "1ot".

    The confusions are those of nlpaug (OcrAug), plus pairs of letters that look like a single one (rn and m, cl and d).
    Only Latin letters are replaced. Words of one or two letters, negations (with `keep_negations`), URLs, e-mail
    addresses, numbers, @names, #tags, markup and {placeholders} are left unchanged. No typo produces an obscenity. The
    class label is kept; spans given as character offsets are not adjusted. Do not use for text that does not come from
    scans.
    """

    id = "text.ocr_typo"
    needs = "content"
    keys = ("key",)
    examples = ({}, {"rate": 0.1}, {"rate": 1.0, "at_least": 0})
    references = ("nlpaug OcrAug",)

    rate: Span = span(
        0.02, within=(0, 1), unit="", useful=(0.005, 0.1), scale="log", doc="probability per letter that resembles another"
    )
    at_least: int = option(
        1, ge=0, unit="", useful=(0, 3), doc="minimum number of typos per text, if it has enough suitable letters"
    )
    keep_negations: bool = option(True, doc="leave negations unchanged: not, n't; 안, 못, 않, 없, 아니")

    def resources(self) -> Sequence[Request]:
        return (_OCR,)

    def lower(self, draw: Draw, state: State) -> Primitives:
        pairs = state.letters(_OCR)
        return with_typos(state.text, pairs, draw.key, draw.rate, self.at_least, self.keep_negations, any_case=False)
