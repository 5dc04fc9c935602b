from augcli.core.idioms.words import Span as Place
from augcli.core.idioms.words import core, ends_korean_sentence, masked, negation_near, runs
from augcli.core.primitives.text import Piece
from augcli.plugin import Draw, Op, Pieces, Primitives, Slice, Span, State, filled, hits, option, span


class RandomSwap(Op):
    """Swap pairs of neighbouring words; whatever stands between them stays in place.

    A word is a run of characters between white space, in any script, without the punctuation around it. Each word takes
    part in at most one swap, and none moves across punctuation or a line break. Negations and what they negate (with
    `keep_negations`), URLs, e-mail addresses, numbers, @names, #tags, markup, {placeholders} and the last word of a
    Korean sentence stay in place. The class label is kept; spans given as character offsets are not adjusted. A swap can
    change the meaning ("dog bites man"): keep the rate low. Do not use when the label depends on word order
    (grammaticality).
    """

    id = "text.random_swap"
    version = 2
    needs = "content"
    keys = ("key",)
    examples = ({}, {"rate": 0.5}, {"rate": 1.0, "at_least": 0})
    references = ("Wei and Zou, EDA, arXiv:1901.11196",)

    rate: Span = span(
        0.1, within=(0, 1), unit="", useful=(0.02, 0.3), doc="probability that a word changes places with the next one"
    )
    at_least: int = option(
        1, ge=0, unit="", useful=(0, 3), doc="minimum number of swaps per text, if it has enough suitable words"
    )
    keep_negations: bool = option(True, doc="leave negations in place: not, n't; 안, 못, 않, 없, 아니")

    def lower(self, draw: Draw, state: State) -> Primitives:
        text = state.text
        mask = masked(text)
        words = runs(mask)

        swaps: dict[int, tuple[Place, Place]] = {}

        def can_swap(number: int) -> bool:
            """Whether a word and the next one can change places; notes where they are."""
            if text[words[number][1] : words[number + 1][0]].strip(" \t\xa0\u3000"):
                return False  # a line break, or something left alone
            first, second = core(mask, words[number]), core(mask, words[number + 1])
            if first is None or second is None or first[1] != words[number][1] or second[0] != words[number + 1][0]:
                return False
            if self.keep_negations and negation_near(mask, words, number, number + 1):
                return False
            if ends_korean_sentence(text, second):
                return False
            swaps[number] = first, second
            return True

        pairs = max(len(words) - 1, 0)
        chosen = filled(draw.key, list(filter(can_swap, hits(draw.key, draw.rate, pairs))), self.at_least, pairs, can_swap)
        pieces: list[Piece] = []
        position, last = 0, -2
        for number in chosen:
            if number == last + 1:
                continue  # its word has changed places already
            last = number
            (start, stop), (later, end) = swaps[number]
            pieces += [Slice(position, start), Slice(later, end), Slice(stop, later), Slice(start, stop)]
            position = end
        return [Pieces.of([*pieces, Slice(position, len(text))])] if pieces else []
