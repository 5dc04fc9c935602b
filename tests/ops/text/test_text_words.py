"""Where words are, which are left alone, and how long it takes to find out."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcli.core.draws.chance import filled, hits
from augcli.core.idioms import words as words_module
from augcli.core.idioms.words import (
    begins_sentence,
    core,
    in_case_of,
    is_negation,
    lettered,
    masked,
    negation_near,
    runs,
    without,
)

HELD = [
    "https://ex.com/a?b=1", "www.ex.org", "ftp://x", "me.you@ex.co.uk", "file.txt", "a.b.c", "e.g", "U.S", "3.14",
    "$249.99", "12km", "9시에",
    "1,000",
    "@user", "#tag", "<b>", "</p>", '<p class="a b">', "<br/>", "<!-- no -->", "&nbsp;", "&#39;", "{name}", "{{ x y }}",
    "{% if x %}",     "%s", "%(n)s", "${HOME}", "$VAR", "[MASK]", "[SEP]", "<MASK>", "`code x`", "```\ncode\n```", "2:30", "(5)",
]  # fmt: skip


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("around", ["{}", "before {} after", '"{}"', "word, {}; word"])
def test_what_is_left_alone(held: str, around: str) -> None:
    text = around.replace("{}", held)
    mask = masked(text)
    assert len(mask) == len(text)
    start = text.index(held)
    for word in [*[core(mask, run) for run in runs(mask)], *lettered(mask)]:
        assert word is None or word[1] <= start or word[0] >= start + len(held), mask


@given(
    st.one_of(
        st.text('ab7٣.:/@#<>&;{}`$%()[]X_-w \n"é', max_size=30),
        st.lists(st.sampled_from([*HELD, "a", ".", " "]), max_size=6).map("".join),
    )
)
def test_patterns_that_cannot_fit_are_not_missed(text: str) -> None:
    every = re.compile("|".join(pattern for _, pattern in words_module._PROTECTED), re.DOTALL)
    blank = every.sub(lambda match: "\0" * len(match.group()), text)
    assert masked(text) == (blank if words_module._SUSPECT.search(text) else text)


@given(
    st.lists(
        st.sampled_from(["not", "Isn't", "(never)", "bad", "--", '"no"', "not.", "'cannot'", "n't", "*", "x-not"]), max_size=6
    ),
    st.integers(0, 5),
)
def test_negations_in_ascii_are_those_of_any_text(parts: list[str], number: int) -> None:
    text = " ".join(parts)
    spans = runs(text)
    if number < len(spans):
        near = [found for found in (core(text, span) for span in spans[max(number - 1, 0) : number + 1]) if found]
        assert negation_near(text, spans, number, number) == any(is_negation(text[start:stop]) for start, stop in near)


@pytest.mark.parametrize(
    "text", ["It was good. Then not", "a - b", "well... no", "x; y: z", "why?! (so)", "back/forth", "C'est l’été", "50"]
)
def test_words_of_plain_text_are_seen(text: str) -> None:
    assert "\0" not in masked(text) or text == "50"


def test_words_without_their_punctuation() -> None:
    text = "\"(Well), it's “fine”… — ☕️ #️⃣ -- dogs' — 좋다! 👩‍👩‍👧 == rock-hard\""
    words = [text[slice(*word)] for run in runs(text) if (word := core(text, run))]
    assert words == ["Well", "it's", "fine", "☕️", "dogs", "좋다", "👩‍👩‍👧", "rock-hard"]


def test_letters_with_marks_are_whole() -> None:
    text = "cafe\u0301 tude\u0301s na\u0131ve don't हिन्दी"
    assert [text[slice(*word)] for word in lettered(text)] == ["na\u0131ve", "don't"]


def test_sentence_starts() -> None:
    text = 'One. Two, "Three" said\nFour — Five'
    assert [begins_sentence(text, text.index(word)) for word in ("One", "Two", "Three", "Four")] == [True, True, False, True]


def test_case() -> None:
    assert [in_case_of("movie", model) for model in ("film", "Film", "FILM", "I")] == ["movie", "Movie", "MOVIE", "Movie"]


@pytest.mark.parametrize(
    "nasty",
    [
        "{{",
        "<!--",
        "```",
        "a.",
        "a@",
        "://",
        "www.",
        '"',
        "(5",
        "&a",
        "%(",
        "$x",
        "[A",
        "#a",
        "@",
        "<a ",
        "x:/",
        "é.",
        "못",
        "한",
        "\0",
        "a b. ",
    ],
)
def test_no_text_takes_long(nasty: str) -> None:
    text = nasty * (40_000 // len(nasty))
    started = time.process_time()
    mask = masked(text)
    assert len(mask) == len(text)
    for run in runs(mask):
        core(mask, run)
    lettered(mask)
    assert time.process_time() - started < 2


@given(st.text(alphabet="ab .,\t\n\"'", max_size=40), st.data())
def test_without(text: str, data: st.DataObject) -> None:
    words = [word for run in runs(text) if (word := core(text, run))]
    doomed = [word for word in words if data.draw(st.booleans())]
    left = "".join(text[start:stop] for start, stop in without(text, doomed))
    assert left.count("\n") == text.count("\n")
    letters = [text[slice(*word)] for word in words if word not in doomed]
    assert "".join(left.split()).count("a") == sum(word.count("a") for word in letters)
    if text == text.strip() and doomed != words and "\n" not in text:
        assert left == left.strip(" ") or any(mark in text for mark in ".,\"'")


@given(st.integers(0, 2**52), st.floats(0, 1), st.integers(0, 200))
def test_hits(key: int, rate: float, count: int) -> None:
    found = hits(key, rate, count)
    assert found == sorted(set(found)) and all(0 <= one < count for one in found)
    assert hits(key, rate, count + 10)[: len(found)] == found, "more things do not move the earlier ones"


def test_hits_are_as_likely_as_they_should_be() -> None:
    for rate in (0.02, 0.3, 0.9):
        counts = [0] * 20
        for key in range(4000):
            for one in hits(key * 7919, rate, 20):
                counts[one] += 1
        assert all(abs(count - 4000 * rate) < 5 * (4000 * rate * (1 - rate)) ** 0.5 for count in counts)


@given(st.integers(0, 2**52), st.sets(st.integers(0, 30)), st.integers(0, 6))
def test_filled(key: int, good: set[int], at_least: int) -> None:
    found = filled(key, [], at_least, 31, good.__contains__)
    assert found == sorted(set(found)) and set(found) <= good
    assert len(found) == min(at_least, len(good))


def test_filled_is_fair() -> None:
    counts = {2: 0, 5: 0, 11: 0}
    for key in range(3000):
        (one,) = filled(key * 104729, [], 1, 12, counts.__contains__)
        counts[one] += 1
    assert all(850 < count < 1150 for count in counts.values())
