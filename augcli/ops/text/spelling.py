from collections.abc import Sequence

from augcli.core.idioms.words import edited, in_case_of, is_negation, lettered, masked
from augcli.plugin import Draw, Op, Primitives, Request, Span, State, Words, choose, filled, hits, option, span

_MISSPELLINGS = Words("spelling")
_FEWEST_LETTERS = 4


class Spelling(Op):
    """Replace English words with common misspellings: "definitely" becomes "definately".

    The misspellings come from nlpaug's dictionary (SpellingAug), except those that are words themselves or differ greatly
    from the original. Letter case is kept. Words of one to three letters, negations (with `keep_negations`), URLs, e-mail
    addresses, numbers, @names, #tags, markup, {placeholders} and words that the dictionary does not contain, such as
    those of other languages, are left unchanged. The class label is kept; spans given as character offsets are not
    adjusted. Do not use when the label depends on spelling.
    """

    id = "text.spelling"
    needs = "content"
    keys = ("key",)
    examples = ({}, {"rate": 0.5}, {"rate": 1.0, "at_least": 0})
    references = (
        "Coulombe, Text data augmentation made simple, arXiv:1812.04718",
        "nlpaug SpellingAug",
    )

    rate: Span = span(0.1, within=(0, 1), unit="", useful=(0.02, 0.3), doc="probability per word with known misspellings")
    at_least: int = option(
        1, ge=0, unit="", useful=(0, 3), doc="minimum number of misspelt words per text, if it has enough suitable words"
    )
    keep_negations: bool = option(True, doc="leave negations unchanged: not, n't")

    def resources(self) -> Sequence[Request]:
        return (_MISSPELLINGS,)

    def lower(self, draw: Draw, state: State) -> Primitives:
        text = state.text
        oracle = state.words(_MISSPELLINGS)
        spans = lettered(masked(text))

        known: dict[int, Sequence[str]] = {}

        def can_change(number: int) -> bool:
            """Whether misspellings of a word are known; notes them."""
            start, stop = spans[number]
            if stop - start < _FEWEST_LETTERS:
                return False
            word = text[start:stop]
            lower = word.lower()
            if not (word == lower or word == word.capitalize() or word.isupper()) or (self.keep_negations and is_negation(word)):
                return False
            known[number] = oracle.candidates(lower.replace("’", "'"))
            return bool(known[number])

        found = [number for number in hits(draw.key, draw.rate, len(spans)) if can_change(number)]
        found = filled(draw.key, found, self.at_least, len(spans), can_change)
        edits = []
        for number in found:
            start, stop = spans[number]
            edits.append((start, stop, in_case_of(choose(draw.key, number, known[number]), text[start:stop])))
        return edited(text, edits)
