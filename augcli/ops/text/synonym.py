from collections.abc import Sequence

from augcli.core.idioms.words import in_case_of, lettered, masked, with_candidates
from augcli.core.primitives.text import Literal, Piece
from augcli.plugin import Draw, Op, Pieces, Primitives, Request, Slice, Span, State, Words, choose, filled, hits, option, span


class Synonym(Op):
    """Replace words by synonyms of the same part of speech, form and casing: "The films" becomes "The movies".

    Asked is nlpaug's SynonymAug over a table of words that share their main meaning (from WordNet, read by people); most
    words have none there, and stay. Left alone are names, function words, negations, parts of hyphenated words, URLs,
    e-mail addresses, numbers, @names, #tags, markup and {placeholders}. Spans of labels move along.
    The table is English. For other languages name your own: lines of `word<TAB>synonym,synonym`.
    Not for labels that hang on the very word (spans of terms, word sense).
    """

    id = "text.synonym"
    needs = "content"
    keys = ("key",)
    examples = ({}, {"rate": 0.1}, {"rate": 1.0, "at_least": 0})
    references = ("Wei and Zou, EDA, arXiv:1901.11196", "Fellbaum, WordNet", "nlpaug SynonymAug")

    rate: Span = span(0.3, within=(0, 1), doc="chance of each word that has synonyms")
    at_least: int = option(1, ge=0, doc="words to replace in each text at least, where it has any with synonyms")
    lexicon: str = option("en", doc="en (augcli's table), nltk (its WordNet), or the path of a table of your own")

    def resources(self) -> Sequence[Request]:
        return (Words("synonyms", self.lexicon),)

    def lower(self, draw: Draw, state: State) -> Primitives:
        text = state.text
        found = list(with_candidates(text, lettered(masked(text)), state.words(Words("synonyms", self.lexicon))))
        chosen = filled(draw.key, hits(draw.key, draw.rate, len(found)), self.at_least, len(found), lambda number: True)
        pieces: list[Piece] = []
        position = 0
        for number in chosen:
            (start, stop), synonyms = found[number]
            new = in_case_of(choose(draw.key, number, synonyms), text[start:stop])
            pieces += [Slice(position, start), Literal(new)]
            position = stop
        return [Pieces.of([*pieces, Slice(position, len(text))])] if pieces else []
