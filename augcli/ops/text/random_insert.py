from collections.abc import Sequence

from augcli.core.idioms.words import edited, is_negation, lettered, masked, with_candidates
from augcli.plugin import (
    Draw,
    Op,
    Primitives,
    Request,
    Span,
    State,
    Words,
    choose,
    filled,
    hits,
    option,
    span,
    uniform,
)


class RandomInsert(Op):
    """Insert synonyms of the text's own words at random positions between its words.

    The synonyms are those of `synonym`; a text without any is left unchanged. Nothing is inserted after "a", "an" or a
    negation, into markup, URLs and {placeholders}, or into hyphenated words. The class label is kept; spans given as
    character offsets are not adjusted. The result is usually ungrammatical. Do not use when the label depends on grammar
    or on every word.
    """

    id = "text.random_insert"
    needs = "content"
    keys = ("key",)
    examples = ({}, {"rate": 0.1}, {"rate": 1.0, "at_least": 0})
    references = ("Wei and Zou, EDA, arXiv:1901.11196",)

    rate: Span = span(
        0.3,
        within=(0, 1),
        unit="",
        useful=(0.05, 0.5),
        doc="probability that a word with synonyms has one of them inserted somewhere",
    )
    at_least: int = option(
        1, ge=0, unit="", useful=(0, 3), doc="minimum number of insertions per text, if it has any word with synonyms"
    )
    lexicon: str = option("en", path=True, doc="en (augcli's table), nltk (WordNet from NLTK), or the path of your own table")

    def resources(self) -> Sequence[Request]:
        return (Words("synonyms", self.lexicon),)

    def lower(self, draw: Draw, state: State) -> Primitives:
        text = state.text
        spans = lettered(masked(text))
        found = list(with_candidates(text, spans, state.words(Words("synonyms", self.lexicon))))
        chosen = filled(draw.key, hits(draw.key, draw.rate, len(found)), self.at_least, len(found), lambda number: True)
        places = [stop for start, stop in spans if chosen and _may_follow(text, start, stop)]
        inserted: list[tuple[int, int, str]] = []
        for number in chosen:
            if places:
                place = places.pop(int(uniform(draw.key, -1 - number) * len(places)))
                inserted.append((place, place, f" {choose(draw.key, number, found[number][1])}"))
        return edited(text, sorted(inserted))


def _may_follow(text: str, start: int, stop: int) -> bool:
    """Whether a word may be put behind the one at start…stop."""
    if stop < len(text) and not (text[stop].isspace() or text[stop] in ".,;:!?)…"):
        return False
    word = text[start:stop].lower()
    return word not in ("a", "an") and not is_negation(word)
