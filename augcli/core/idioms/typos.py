"""Changes letters here and there in the words of a text; an oracle says what a letter may become."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from augcli.core.draws.chance import choose, filled, hits
from augcli.core.primitives.text import Pieces
from augcli.core.values.resources import LetterOracle

from .words import edited, in_case_of, is_negation, lettered, masked

FEWEST_LETTERS = 3  # shorter words are left alone: too little of them would remain


def with_typos(
    text: str, oracle: LetterOracle, key: int, rate: float, at_least: int, keep_negations: bool, any_case: bool
) -> Sequence[Pieces]:
    """Change, with this chance, every letter or pair of letters for which the oracle knows alternatives.

    With `any_case`, it is asked for the lower-case letter, and its answer takes the case of the original letter.
    """
    spans = [span for span in lettered(masked(text)) if span[1] - span[0] >= FEWEST_LETTERS]
    starts = [start for start, _ in spans]
    sample = text.lower() if any_case and len(text.lower()) == len(text) else text

    def changes(place: int, stop: int) -> list[tuple[str, int]]:
        """What may stand at a place, and for how many letters."""
        one, two = sample[place], sample[place : place + 2] if place + 1 < stop else ""
        return [*[(new, 2) for new in oracle.candidates(two)], *[(new, 1) for new in oracle.candidates(one)]]

    def word_at(place: int) -> int:
        """The number of the word whose letter can be changed at this position; -1 if there is none."""
        number = bisect_right(starts, place) - 1
        if number < 0:
            return -1
        start, stop = spans[number]
        if place >= stop or not (
            oracle.candidates(sample[place]) or (place + 1 < stop and oracle.candidates(sample[place : place + 2]))
        ):
            return -1
        return -1 if keep_negations and is_negation(text[start:stop]) else number

    def eligible(place: int) -> bool:
        return word_at(place) >= 0

    found = filled(key, list(filter(eligible, hits(key, rate, len(text)))), at_least, len(text), eligible)
    edits: list[tuple[int, int, str]] = []
    position, last, so_far = 0, -1, ""
    for place in found:
        number = word_at(place)
        start, stop = spans[number]
        before = text[start:place] if number != last else so_far + text[position:place]
        if place < position:
            continue  # the letter was already replaced together with the one before it
        options = changes(place, stop)
        for turn in range(len(options)):
            new, length = options[(choose(key, place, range(len(options))) + turn) % len(options)]
            if any_case:
                new = in_case_of(new, text[place])
            changed = before + new + text[place + length : stop]
            if oracle.accepts(changed) and not (keep_negations and is_negation(changed)):
                edits.append((place, place + length, new))
                position, last, so_far = place + length, number, before + new
                break
    return edited(text, edits)
