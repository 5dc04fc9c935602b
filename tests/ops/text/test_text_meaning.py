"""Word changes must not alter the meaning of a text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from augcli.core.idioms.words import is_negation
from augcli.kernels.words.vulgar import VULGAR

OPS = ("keyboard_typo", "ocr_typo", "random_delete", "random_insert", "random_swap", "spelling", "synonym")
NEGATED = [
    "I do not like this film, it was never good and nobody cared.",
    "She didn't go, he won’t stay, and we cannot help without you.",
    "It is not bad at all; hardly anyone can't see that.",
    "이 영화는 안 좋아요. 다시는 못 보겠고, 가지 않을 것이며, 재미가 없어요. 그런 것이 아니라고 해도.",
]
NEGATIONS = re.compile(r"\b(?:not|never|nobody|didn't|won’t|cannot|without|hardly|can't)\b|안 |못 |않을|없어요|아니라고")


@pytest.mark.parametrize("text", NEGATED)
@pytest.mark.parametrize("op", OPS)
def test_negations_are_kept(change: Callable[..., Any], op: str, text: str) -> None:
    for copy in range(25):
        new = change(text, op, copy, rate=0.5).text
        assert NEGATIONS.findall(new) == NEGATIONS.findall(text)


@pytest.mark.parametrize("op", ["random_delete", "random_swap", "synonym"])
def test_what_a_negation_denies_stays_behind_it(change: Callable[..., Any], op: str) -> None:
    for copy in range(25):
        assert "not bad" in change("This is really not bad at all, I would say so.", op, copy, rate=0.7).text
        if op != "synonym":
            assert "못 한" in change("그는 정말 아무 말도 못 한 사람이다 그리고 갔다.", op, copy, rate=0.7).text
            assert "가지 않는" in change("그는 정말 집에 가지 않는 사람이다 그리고 갔다.", op, copy, rate=0.7).text


@pytest.mark.parametrize("op", ["random_delete", "random_swap"])
def test_negations_go_when_they_may(change: Callable[..., Any], op: str) -> None:
    text = "I do not like this film at all today my friend"
    assert any("do not like" not in change(text, op, copy, rate=0.5, keep_negations=False).text for copy in range(20))


@pytest.mark.parametrize(
    "word", ["not", "NOT", "n't", "don't", "Couldn’t", "cannot", "안", "안돼요", "못", "못하다", "않고", "없이", "아니다", "아닌"]
)
def test_negations(word: str) -> None:
    assert is_negation(word)


@pytest.mark.parametrize("word", ["note", "knot", "now", "안녕", "안에서", "문안에", "아이", "", "ant"])
def test_no_negations(word: str) -> None:
    assert not is_negation(word)


def test_the_last_word_of_a_korean_sentence_stays(change: Callable[..., Any]) -> None:
    text = "배송이 빠르고 포장도 꼼꼼했어요. 다음에도 여기서 살게요!"
    for copy in range(20):
        for op in ("random_delete", "random_swap"):
            new = change(text, op, copy, rate=1.0).text
            assert "꼼꼼했어요." in new and new.endswith("살게요!")


def test_punctuation_stays_when_words_go(change: Callable[..., Any]) -> None:
    text = 'He said (quietly) "go away", then left: why? Nobody knows.'
    for copy in range(30):
        new = change(text, "random_delete", copy, rate=0.5).text
        assert re.findall(r"[^\w\s]", new) == re.findall(r"[^\w\s]", text)


def test_synonyms_keep_casing_and_form(change: Callable[..., Any]) -> None:
    pairs = {
        "Films are fun.": {"Movies are fun."},
        "THE FILM BEGAN.": {"THE MOVIE BEGAN.", "THE MOVIE STARTED.", "THE FILM STARTED."},
        "I saw two movies.": {"I saw two films."},
        "the biggest house": {"the largest house"},
        "She quickly left.": {"She rapidly left.", "She swiftly left."},
    }
    for text, wanted in pairs.items():
        assert {change(text, "synonym", copy).text for copy in range(12)} <= wanted


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Film met Ms. Story Beautiful.",  # names
        "I saw it. Beautiful Soup is a parser.",  # a name at the start
        "the film-maker and the co-film",  # parts of hyphenated words
        "iFilm eXcellent",  # casing that means something
        "He ran a build.",  # not a verb here
        "She can film it, they film you.",  # not a noun here
        "no film? e.g. film.txt film@story.org #film @film {film} `film`",
    ],
)
def test_words_that_only_look_as_if_they_had_synonyms(change: Callable[..., Any], text: str) -> None:
    found = {change(text, "synonym", copy, rate=1.0).text for copy in range(8)}
    assert found <= {text, text.replace("no film?", "no movie?")}


def test_articles_fit(change: Callable[..., Any]) -> None:
    for copy in range(30):
        new = change("It was an excellent idea, a huge error and an odd story.", "synonym", copy, rate=0.8).text
        for article, word in re.findall(r"\b(an?) (\w)", new):
            assert (article == "an") == (word in "aeiou"), new


def test_nothing_is_put_behind_an_article_or_a_negation(change: Callable[..., Any]) -> None:
    text = "a film is not an excellent story"
    for copy in range(30):
        new = change(text, "random_insert", copy, rate=1.0).text
        assert new.startswith("a film") and "not an excellent" in new
        assert len(new.split()) > len(text.split())


def test_no_typo_makes_an_obscenity(change: Callable[..., Any]) -> None:
    text = "Duck shot shut pens luck count dock sick wick rick bitten. " * 3
    for op in ("keyboard_typo", "ocr_typo", "spelling"):
        for copy in range(200):
            words = re.findall(r"\w+", change(text, op, copy, rate=0.15).text.lower())
            assert not VULGAR.intersection(words)


def test_typos_are_neighbours_and_keep_their_case(change: Callable[..., Any]) -> None:
    text = "QWERTY keyboard"
    for copy in range(20):
        edits = change(text, "keyboard_typo", copy).pieces.edits(len(text))
        for start, stop, new in edits:
            assert text[start:stop].isupper() == new.isupper() and new.isalpha() and len(new) == stop - start
    assert change("한글 자판은 그대로", "keyboard_typo", rate=1.0).pieces is None
    assert change("Grüße aus München", "keyboard_typo", rate=1.0, layout="de", at_least=3).pieces is not None


def test_scanners_read_two_letters_as_one(change: Callable[..., Any]) -> None:
    assert any("modem" in change("the modern corner", "ocr_typo", copy).text for copy in range(60))


def test_misspellings_are_of_people(change: Callable[..., Any]) -> None:
    seen = {change("They definitely received it.", "spelling", copy).text for copy in range(40)}
    assert any("definat" in text or "definet" in text or "recie" in text for text in seen)
    assert all(text[0] == "T" and text.endswith(" it.") for text in seen)
