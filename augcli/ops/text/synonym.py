from collections.abc import Sequence

from augcli.core.idioms.words import edited, in_case_of, lettered, masked, with_candidates
from augcli.plugin import Draw, Op, Primitives, Request, Span, State, Words, choose, filled, hits, option, span


class Synonym(Op):
    """Replace words with synonyms of the same part of speech, form and case: "The films" becomes "The movies".

    The synonyms come from a table of words that share their main meaning (derived from WordNet and reviewed by people),
    chosen through nlpaug's SynonymAug; most words have none and are left unchanged. Names, function words, negations,
    parts of hyphenated words, URLs, e-mail addresses, numbers, @names, #tags, markup and {placeholders} are left
    unchanged. The class label is kept; spans given as character offsets are not adjusted. The table is English; for other
    languages, provide your own, with lines of `word<TAB>synonym,synonym`. Do not use when the label depends on specific
    words (terminology, word sense).
    """

    id = "text.synonym"
    needs = "content"
    keys = ("key",)
    examples = ({}, {"rate": 0.1}, {"rate": 1.0, "at_least": 0})
    references = ("Wei and Zou, EDA, arXiv:1901.11196", "Fellbaum, WordNet", "nlpaug SynonymAug")

    rate: Span = span(0.3, within=(0, 1), unit="", useful=(0.05, 0.5), doc="probability per word with synonyms")
    at_least: int = option(
        1, ge=0, unit="", useful=(0, 3), doc="minimum number of words to replace per text, if it has any with synonyms"
    )
    lexicon: str = option("en", path=True, doc="en (augcli's table), nltk (WordNet from NLTK), or the path of your own table")

    def resources(self) -> Sequence[Request]:
        return (Words("synonyms", self.lexicon),)

    def lower(self, draw: Draw, state: State) -> Primitives:
        text = state.text
        found = list(with_candidates(text, lettered(masked(text)), state.words(Words("synonyms", self.lexicon))))
        chosen = filled(draw.key, hits(draw.key, draw.rate, len(found)), self.at_least, len(found), lambda number: True)
        edits = []
        for number in chosen:
            (start, stop), synonyms = found[number]
            edits.append((start, stop, in_case_of(choose(draw.key, number, synonyms), text[start:stop])))
        return edited(text, edits)
