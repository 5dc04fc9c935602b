"""Words of texts: where they are, which are left alone, and what remains when some are removed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcli.core.idioms.words import core, is_negation, lettered, masked, runs, without

TEXTS = st.text(alphabet="ab가😀\u0301 \t\n\r\u3000\xa0\u2003.,()\"'7@#{}`<>&:/-", max_size=40)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \n\t", []),
        ("one", ["one"]),
        ("나는 학교에 간다.", ["나는", "학교에", "간다."]),
        ("a\u3000b\xa0c\u2003d", ["a", "b", "c", "d"]),
        ("👩‍👩‍👧 ok!", ["👩‍👩‍👧", "ok!"]),
    ],
)
def test_runs_stand_between_white_space(text: str, words: list[str]) -> None:
    assert [text[start:stop] for start, stop in runs(text)] == words


@given(TEXTS)
def test_runs_are_all_that_is_no_white_space(text: str) -> None:
    assert [text[start:stop] for start, stop in runs(text)] == text.split()


@given(TEXTS)
def test_masking_keeps_every_position(text: str) -> None:
    mask = masked(text)
    assert len(mask) == len(text)
    assert all(shown in (was, "\0") for shown, was in zip(mask, text, strict=True))


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("see https://example.org/a?b=c now", "https://example.org/a?b=c"),
        ("mail me@example.org today", "me@example.org"),
        ("costs $249.99 here", "$249.99"),
        ("about 12km away", "12km"),
        ("ask @someone there", "@someone"),
        ("it is #great really", "#great"),
        ("a <b>bold</b> word", "<b>"),
        ("dear {name} hello", "{name}"),
        ("call `f(x)` now", "`f(x)`"),
        ("open main.py please", "main.py"),
        ("fish &amp; chips", "&amp;"),
    ],
)
def test_what_is_no_word_is_masked(text: str, alone: str) -> None:
    start = text.index(alone)
    mask = masked(text)
    assert set(mask[start : start + len(alone)]) == {"\0"}
    assert mask.split()[0] == text.split()[0]  # the words around it are not


@pytest.mark.parametrize(
    "text", ["Plain words, nothing else. Two sentences!", "나는 학교에 간다. 너는?", "don't stop; won't stop"]
)
def test_plain_texts_are_not_masked(text: str) -> None:
    assert masked(text) == text


@given(TEXTS)
def test_the_core_of_a_run_lies_in_it(text: str) -> None:
    mask = masked(text)
    for run in runs(mask):
        inner = core(mask, run)
        if inner is not None:
            assert run[0] <= inner[0] < inner[1] <= run[1]
            assert core(mask, inner) == inner
            assert mask[inner[0]] != "\u0301"  # never begins with what belongs to the character before it


@pytest.mark.parametrize(
    ("run", "word"),
    [
        ("word", "word"),
        ("(word),", "word"),
        ("“word”.", "word"),
        ("don't", "don't"),
        ("학교.", "학교"),
        ("-", None),
        ("...", None),
    ],
)
def test_a_core_is_a_run_without_its_punctuation(run: str, word: str | None) -> None:
    found = core(run, (0, len(run)))
    assert (found and run[found[0] : found[1]]) == word


def test_lettered_words_are_letters_alone() -> None:
    text = "Well-known cats' tails, it's 7 e\u0301te"
    assert [text[start:stop] for start, stop in lettered(text)] == ["Well", "known", "cats", "tails", "it's"]


@pytest.mark.parametrize(
    "word", ["not", "No", "never", "don't", "isn’t", "WON'T", "without", "안", "않아도", "없다", "못했다", "아니다"]
)
def test_negations_are_known(word: str) -> None:
    assert is_negation(word)


@pytest.mark.parametrize("word", ["note", "know", "nothingness", "cat", "안녕", "안경", "학교"])
def test_other_words_are_no_negations(word: str) -> None:
    assert not is_negation(word)


@given(TEXTS, st.data())
def test_what_is_left_without_some_words_is_the_others_in_order(text: str, data: st.DataObject) -> None:
    spans = runs(text)
    doomed = sorted(data.draw(st.sets(st.sampled_from(spans)))) if spans else []
    slices = without(text, doomed)
    left = "".join(text[start:stop] for start, stop in slices)
    assert left.split() == [text[start:stop] for start, stop in spans if (start, stop) not in doomed]
    assert [left.count(end) for end in "\r\n"] == [text.count(end) for end in "\r\n"]  # line breaks stay
    assert all(start < stop for start, stop in slices)
    assert all(one[1] < other[0] for one, other in pairwise(slices))
    assert doomed or left == text


@pytest.mark.parametrize(
    ("text", "doomed", "left"),
    [
        ("one two three", ["one"], "two three"),
        ("one two three", ["two"], "one three"),
        ("one two three", ["three"], "one two"),
        ("one two three", ["one", "two"], "three"),
        ("one  two\tthree", ["two"], "one\tthree"),
        ("one\ntwo three\nfour", ["two"], "one\nthree\nfour"),  # no line begins with a gap
        ("one\r\ntwo three", ["two"], "one\r\nthree"),
        ("  one two", ["one"], "  two"),  # what a text is indented by stays
        ("나는\u3000학교에\u3000간다", ["학교에"], "나는\u3000간다"),
    ],
)
def test_words_leave_with_the_space_that_was_theirs(text: str, doomed: list[str], left: str) -> None:
    spans = [(text.index(word), text.index(word) + len(word)) for word in doomed]
    assert "".join(text[start:stop] for start, stop in without(text, spans)) == left
