"""The dot law for texts: characters and marked words land where the pieces say."""

from __future__ import annotations

import re

import pytest
from every_op import EXAMPLES, TEXTS, compiled, draws, op_of, state_of

from augcli.core.draws.keys import unit_key
from augcli.core.primitives.text import Literal, Pieces, Slice
from augcli.core.program.lower import draw_steps, lower
from augcli.core.values.facts import TextFacts


def provenance(pieces: Pieces) -> list[int | None]:
    """For every character of the new text, which one of the old text it is; None for a new one."""
    where: list[int | None] = []
    for piece in pieces.pieces:
        where += [None] * len(piece.text) if isinstance(piece, Literal) else list(range(piece.start, piece.stop))
    return where


TEXT_CASES = [case for case in EXAMPLES if case[0].startswith("text.")]


@pytest.mark.parametrize("case", TEXT_CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_characters_land_where_the_pieces_say_and_the_rest_stays_as_it_was(case: tuple[str, int]) -> None:
    op, options = op_of(case)
    touched = 0
    for step, draw in draws(op, options, 40):
        for text in TEXTS:
            state = state_of(TextFacts(len(text)), text)
            for pieces in lower([(step, draw)], state).program:
                assert isinstance(pieces, Pieces)
                touched += 1
                where = provenance(pieces)
                assert len(where) == len(state.text)
                assert all(source is None or state.text[at] == text[source] for at, source in enumerate(where))
                assert all(0 <= one.start < one.stop <= len(text) for one in pieces.pieces if isinstance(one, Slice))
                edits = pieces.edits(len(text))
                if edits is not None:
                    assert_untouched_stays(text, state.text, edits)
                state.text.encode("utf-8")  # no half characters
    assert touched, "no text was ever changed: the law was not tested"


def assert_untouched_stays(text: str, new_text: str, edits: list[tuple[int, int, str]]) -> None:
    position = new_position = 0
    for start, stop, new in edits:
        length = start - position
        assert text[position:start] == new_text[new_position : new_position + length]
        assert text[start:stop] != new, "an edit that changes nothing"
        position, new_position = stop, new_position + length + len(new)
    assert text[position:] == new_text[new_position:]


@pytest.mark.parametrize("case", TEXT_CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_marked_words_are_found_again_after_several_steps(case: tuple[str, int]) -> None:
    """A word that is marked through the whole fused program: whatever of it is left stands where the pieces say."""
    op, options = op_of(case)
    text = "\n".join(TEXTS[:3])
    words = [match.span() for match in re.finditer(r"\S+", text)]
    for number in range(10):
        pipeline = compiled(
            op, options, after=[{op.name(): {**options, "id": "again"}}, {"random_swap": {"id": "swap", "rate": 0.5}}]
        )
        drawn = draw_steps(pipeline, unit_key(2, f"{number}.txt", 0))
        state, current, marks = state_of(TextFacts(len(text)), text), text, [list(range(*span)) for span in words]
        fused = lower(drawn, state).program
        for item in drawn:
            for pieces in item[0].lower(item[1], state_of(TextFacts(len(current)), current)):
                places = {source: at for at, source in enumerate(provenance(pieces)) if source is not None}
                marks = [[places[at] for at in mark if at in places] for mark in marks]
                current = pieces.apply(current)
        assert state.text == current
        if fused:
            places = {source: at for at, source in enumerate(provenance(fused[0])) if source is not None}
            assert marks == [[places[at] for at in range(*span) if at in places] for span in words]
