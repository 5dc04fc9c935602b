"""Text edits as pieces: composed, cut, merged, applied, and shown as edits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcli.core.primitives.text import Literal, Pieces, Slice
from augcli.core.values.facts import TextFacts

TEXT = "한국어 and English, 😀 too.\n\tTwo lines."
NEW = st.text(alphabet="xyz가😀\n", max_size=4).map(Literal)


def pieces_over(length: int) -> st.SearchStrategy[Pieces]:
    """Any pieces of a text of this length: slices in any order, doubled, dropped, and new text between them."""
    slices = st.tuples(st.integers(0, length), st.integers(0, length)).map(lambda ends: Slice(min(ends), max(ends)))
    return st.lists(slices | NEW, max_size=6).map(Pieces.of)


def ordered_over(length: int) -> st.SearchStrategy[Pieces]:
    """Pieces whose slices stay in order: deletions and insertions."""
    cuts = st.lists(st.integers(0, length), max_size=8).map(sorted)

    def built(ends_and_new: tuple[list[int], list[Literal]]) -> Pieces:
        ends, new = ends_and_new
        pieces: list[Slice | Literal] = []
        for start, stop in zip(ends[::2], ends[1::2], strict=False):
            pieces += [new[len(pieces) % len(new)], Slice(start, stop)]
        return Pieces.of([*pieces, new[0]])

    return st.tuples(cuts, st.lists(NEW, min_size=1, max_size=4)).map(built)


@given(st.data())
def test_composing_is_doing_one_after_the_other(data: st.DataObject) -> None:
    first = data.draw(pieces_over(len(TEXT)))
    middle = first.apply(TEXT)
    second = data.draw(pieces_over(len(middle)))
    fused = first.then(second, TextFacts(len(TEXT)))
    assert fused.apply(TEXT) == second.apply(middle)
    assert fused == Pieces.of(list(fused.pieces))  # as short as it can be


@given(st.data())
def test_composing_is_associative(data: st.DataObject) -> None:
    facts, text = TextFacts(len(TEXT)), TEXT
    steps = []
    for _ in range(3):
        steps.append(data.draw(pieces_over(len(text))))
        text = steps[-1].apply(text)
    one, two, three = steps
    assert one.then(two, facts).then(three, facts) == one.then(two.then(three, facts), facts)


@given(pieces_over(len(TEXT)))
def test_the_length_is_known_before_the_text(pieces: Pieces) -> None:
    assert pieces.facts_after(TextFacts(len(TEXT))) == TextFacts(len(pieces.apply(TEXT)))


@given(pieces_over(len(TEXT)))
def test_the_whole_text_is_no_change(pieces: Pieces) -> None:
    facts = TextFacts(len(TEXT))
    assert Pieces.of([Slice(0, len(TEXT))]).then(pieces, facts) == pieces
    assert pieces.then(Pieces.of([Slice(0, pieces.length)]), facts) == pieces


@given(ordered_over(len(TEXT)))
def test_edits_done_again_give_the_new_text(pieces: Pieces) -> None:
    edits = pieces.edits(len(TEXT))
    assert edits is not None
    rebuilt, position = "", 0
    for start, stop, new in edits:
        assert position <= start <= stop <= len(TEXT)
        assert start < stop or new  # no edit that does nothing
        rebuilt += TEXT[position:start] + new
        position = stop
    assert rebuilt + TEXT[position:] == pieces.apply(TEXT)


@given(ordered_over(len(TEXT)))
def test_edits_are_as_few_as_the_gaps(pieces: Pieces) -> None:
    starts = [start for start, _, _ in pieces.edits(len(TEXT))]
    assert starts == sorted(set(starts))


def test_slices_out_of_order_are_no_edits() -> None:
    assert Pieces.of([Slice(3, 5), Slice(0, 2)]).edits(5) is None
    assert Pieces.of([Slice(0, 2), Slice(0, 2)]).edits(5) is None


@pytest.mark.parametrize(
    ("pieces", "merged"),
    [
        ([Slice(0, 2), Slice(2, 5)], (Slice(0, 5),)),
        ([Slice(0, 2), Slice(3, 5)], (Slice(0, 2), Slice(3, 5))),
        ([Slice(0, 2), Literal(""), Slice(2, 5)], (Slice(0, 5),)),
        ([Slice(0, 2), Slice(4, 4), Slice(2, 3)], (Slice(0, 3),)),
        ([Literal("a"), Literal("b")], (Literal("ab"),)),
        ([Literal("a"), Slice(1, 2), Literal("b")], (Literal("a"), Slice(1, 2), Literal("b"))),
        ([Slice(2, 5), Slice(0, 2)], (Slice(2, 5), Slice(0, 2))),
        ([], ()),
    ],
)
def test_touching_pieces_merge(pieces: list, merged: tuple) -> None:
    assert Pieces.of(pieces).pieces == merged


def test_deleting_everything_leaves_nothing() -> None:
    nothing = Pieces.of([])
    assert (nothing.apply(TEXT), nothing.length, nothing.edits(len(TEXT))) == ("", 0, [(0, len(TEXT), "")])
    assert nothing.then(Pieces.of([Literal("x")]), TextFacts(3)).apply(TEXT) == "x"


def test_pieces_fuse_with_pieces_only() -> None:
    assert Pieces.of([Slice(0, 1)]).then("something else", TextFacts(1)) is None
