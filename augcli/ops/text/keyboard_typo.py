from collections.abc import Sequence
from typing import Literal

from augcli.core.idioms.typos import with_typos
from augcli.plugin import Draw, Letters, Op, Primitives, Request, Span, State, option, span


class KeyboardTypo(Op):
    """Replace letters with neighbouring keys, as in hasty typing: "neighbour" becomes "neighbpur".

    The neighbours are those of nlpaug (KeyboardAug), letters only; capitals stay capitals. Words of one or two letters,
    negations (with `keep_negations`), URLs, e-mail addresses, numbers, @names, #tags, markup, {placeholders} and letters
    that are not on the layout, such as Hangul, are left unchanged. No typo produces an obscenity. The class label is
    kept; spans given as character offsets are not adjusted. Do not use when the label depends on spelling, or for text
    that is not typed by hand.
    """

    id = "text.keyboard_typo"
    needs = "content"
    keys = ("key",)
    examples = ({}, {"rate": 0.1, "layout": "de"}, {"rate": 1.0, "at_least": 0})
    references = (
        "Belinkov and Bisk, Synthetic and natural noise, arXiv:1711.02173",
        "nlpaug KeyboardAug",
    )

    rate: Span = span(0.02, within=(0, 1), unit="", useful=(0.005, 0.1), scale="log", doc="probability per letter")
    at_least: int = option(
        1, ge=0, unit="", useful=(0, 3), doc="minimum number of typos per text, if it has enough suitable letters"
    )
    layout: Literal["en", "de", "es", "fr", "he", "it", "nl", "pl", "tr", "uk"] = option("en", doc="keyboard layout")
    keep_negations: bool = option(True, doc="leave negations unchanged: not, n't; 안, 못, 않, 없, 아니")

    def resources(self) -> Sequence[Request]:
        return (Letters("keyboard", self.layout),)

    def lower(self, draw: Draw, state: State) -> Primitives:
        keyboard = state.letters(Letters("keyboard", self.layout))
        return with_typos(state.text, keyboard, draw.key, draw.rate, self.at_least, self.keep_negations, any_case=True)
