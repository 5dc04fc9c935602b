"""To be deleted: what random_delete and random_swap use until their rewrite lands."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"\S+")


def word_spans(text: str) -> list[tuple[int, int]]:
    """(start, stop) of every run of characters without white space."""
    return [match.span() for match in _WORD.finditer(text)]


def without(text: str, spans: Sequence[tuple[int, int]], doomed: Sequence[int]) -> list[tuple[int, int]]:
    """What is left, as (start, stop) slices, when words are taken out, each with the white space before it.

    The first word of a text or line takes the white space after it along instead, so that no line begins with a gap;
    line breaks stay.
    """
    kept: list[tuple[int, int]] = []
    position = 0
    for number in doomed:
        start, stop = spans[number]
        before = start
        while before > position and text[before - 1] in " \t\u3000\xa0":
            before -= 1
        if before == start or before == 0 or text[before - 1] in "\r\n":
            before = start
            while stop < len(text) and text[stop] in " \t\u3000\xa0":
                stop += 1
        kept.append((position, before))
        position = stop
    kept.append((position, len(text)))
    return [(start, stop) for start, stop in kept if start < stop]
