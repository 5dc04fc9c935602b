from augcli.core.idioms.words import core, ends_korean_sentence, masked, negation_near, runs, without
from augcli.plugin import Draw, Op, Pieces, Primitives, Slice, Span, State, hits, option, span, uniform


class RandomDelete(Op):
    """Delete words, each with the same probability, along with the space next to them; at least one word stays.

    A word is a run of characters between white space, in any script, without the punctuation around it. Punctuation and
    line breaks are kept, and so are negations and what they negate (with `keep_negations`), URLs, e-mail addresses,
    numbers, @names, #tags, markup, {placeholders} and the last word of a Korean sentence. The class label is kept; spans
    given as character offsets are not adjusted. Do not use when the label depends on every word (grammaticality,
    entailment), or for texts of only a few words.
    """

    id = "text.random_delete"
    version = 2
    needs = "content"
    keys = ("key",)
    examples = ({}, {"rate": 0.5}, {"rate": 1.0, "keep_negations": False})
    references = ("Wei and Zou, EDA, arXiv:1901.11196",)

    rate: Span = span(0.1, within=(0, 1), unit="", useful=(0.02, 0.3), doc="probability per word")
    keep_negations: bool = option(True, doc="never delete a negation: not, n't; 안, 못, 않, 없, 아니")

    def lower(self, draw: Draw, state: State) -> Primitives:
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
