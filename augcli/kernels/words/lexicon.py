"""Tables of synonyms, and in which sentences a word of them may be taken for the part of speech that the table means.

A line of a table is `word<TAB>synonym[,synonym…]`, as users write it, or, in augcli's own,
`word<TAB>part of speech<TAB>synonyms`: n, v, a, r; a capital when the word is nearly always that.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Literal, NamedTuple

PartOfSpeech = Literal["n", "v", "a", "r", ""]  # "" when the table does not tell
PACKAGED = "synonyms_en.tsv.gz"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_DETERMINERS = _set("the a an this that these those my your his her its our their every each some any no another")
_SUBJECTS = _set("i you he she it we they who to")
_MODALS = _set("can could will would shall should may might must do does did don't doesn't didn't can't won't couldn't")
_BEING = _set("is are was were be been being am isn't aren't wasn't weren't seems seemed")
_DEGREES = _set("very so too quite rather more most less least extremely as how really")
_PREPOSITIONS = _set(
    "of in on at by for with from into about over under between through during without against among upon toward towards"
)
_PARTICLES = _PREPOSITIONS | _set("up down out off away back along around apart together ahead across after to")
_OTHERS = """
and or but if because although though while when whenever where wherever whether why what which whose whom than then
there here now just only even still yet also both either neither nor not never ever always once twice again such same
other others own much many few several all none one two three four five six seven eight nine ten hundred thousand first
second third last next have has had having me him us them mine yours hers ours theirs myself yourself himself herself
itself ourselves themselves above below before behind beneath beside besides beyond inside outside within near since
until till per via let get got gets getting gone went going come came comes coming make makes made making take takes
took taking taken put puts give gives gave given giving keep keeps kept go goes done doing say says said want wants
wanted like likes liked well please yes ago else thus hence therefore however anyway maybe perhaps almost enough today
tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday january february march april june july
august september october november december mr mrs ms dr sir madam lord lady king queen god
"""
FUNCTION_WORDS = _DETERMINERS | _SUBJECTS | _MODALS | _BEING | _DEGREES | _PARTICLES | _set(_OTHERS)
_SPOKEN_WITH_VOWEL = re.compile(r"[aeio]|u(?!ni|s[ae]|ti|k)|hono|hones|hour|heir")
_MOST_WORD_CHARACTERS = 64


class Reading(NamedTuple):
    """One way to understand a word: its part of speech, whether that needs no sign in the sentence, its synonyms."""

    pos: PartOfSpeech
    sure: bool
    synonyms: tuple[str, ...]


class TableError(Exception):
    """A line of a table cannot be understood; says which."""


def parse(lines: Iterable[str]) -> dict[str, tuple[Reading, ...]]:
    """A table by lower-case word; raises TableError. Lines that are empty or begin with # are passed over."""
    table: dict[str, tuple[Reading, ...]] = {}
    for number, line in enumerate(lines, 1):
        line = line.rstrip("\r\n")
        if not line.strip() or line.startswith("#"):
            continue
        word, *rest = line.split("\t")
        own = len(rest) == 2 and rest[0] in ("n", "v", "a", "r", "N", "V", "A", "R")
        if not word.strip() or not (own or len(rest) == 1):
            raise TableError(f"line {number} needs a word, a tab and its synonyms with commas between them; it is {line[:60]!r}")
        words = tuple(dict.fromkeys(synonym.strip() for synonym in rest[-1].split(",") if synonym.strip()))
        if not words:
            raise TableError(f"line {number} has no synonyms for {word.strip()!r}")
        pos: PartOfSpeech = rest[0].lower() if own else ""  # type: ignore[assignment]
        key = word.strip().lower()
        table[key] = (*table.get(key, ()), Reading(pos, not own or rest[0].isupper(), words))
    return table


@cache
def packaged_bytes() -> bytes:
    """augcli's own table, as it lies in the package."""
    return (resources.files("augcli") / "data" / PACKAGED).read_bytes()


@cache
def packaged() -> Mapping[str, tuple[Reading, ...]]:
    return parse(gzip.decompress(packaged_bytes()).decode().splitlines())


@cache
def real_words() -> frozenset[str]:
    """What stands in nlpaug's dictionary as a misspelling and is a word."""
    packed = (resources.files("augcli") / "data" / "real_words_en.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split())


def agrees(reading: Reading, before: str, after: str) -> bool:
    """Whether the word may be this part of speech between these two; a word that is not sure needs a sign for it."""
    if not reading.pos:
        return True
    signs = _signs(reading.pos, before, after)
    return -1 not in signs and (reading.sure or 1 in signs)


def _signs(pos: PartOfSpeech, before: str, after: str) -> set[int]:
    """1 for every sign that the word is this part of speech, -1 for every sign that it is not."""
    ends = not after or after in FUNCTION_WORDS  # a noun phrase seems to end here
    signs: set[int] = set()
    if before in _DETERMINERS:
        signs.add({"n": 1 if ends else 0, "a": 0 if ends else 1, "v": -1}.get(pos, 0))
    elif before in _SUBJECTS or before in _MODALS:
        signs.add({"v": 1, "n": 0 if before == "to" else -1, "a": -1}.get(pos, 0))
    elif before in _BEING:
        signs.add({"a": 1 if ends else 0, "n": -1 if ends else 0}.get(pos, 0))
    elif before in _DEGREES:
        signs.add({"a": 1, "r": 1}.get(pos, -1))
    elif before in _PREPOSITIONS:
        signs.add({"n": 1 if ends else 0, "a": 0 if ends else 1, "v": -1}.get(pos, 0))
    if after in _DETERMINERS or after in ("me", "him", "us", "them"):
        signs.add({"v": 1, "a": -1}.get(pos, 0))
    elif after in _PARTICLES:
        signs.add(-1 if pos == "v" or (after == "of" and pos != "n") else 0)  # "look at": another verb would want another word
    elif after in _BEING or after in _MODALS:
        signs.add({"v": -1, "a": -1}.get(pos, 0))
    return signs


def fits_article(word: str, candidate: str, before: str) -> bool:
    """Whether "a" or "an" before the word would be right before the candidate too."""
    if before not in ("a", "an"):
        return True
    return bool(_SPOKEN_WITH_VOWEL.match(word)) == bool(_SPOKEN_WITH_VOWEL.match(candidate))


def is_plain(word: str) -> bool:
    """Whether a word is worth asking for."""
    return len(word) <= _MOST_WORD_CHARACTERS
