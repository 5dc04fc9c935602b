"""WordNet 3.0 from its own files, for build_synonyms.py: lemmas with their senses, synsets with their lemmas."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from augcli.data.inflect import PartOfSpeech

FILES: dict[PartOfSpeech, str] = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
SHUNNED = {"obscenity", "ethnic_slur", "disparagement", "archaism", "slang", "trade_name", "trademark", "combining_form"}


class Sense(NamedTuple):
    synset: str
    weight: float  # how much of the lemma's use, estimated from WordNet's counts and its order of senses


class WordNet:
    """Lemmas with their senses, and synsets with their lemmas; `uses` estimates how often each lemma is used."""

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
                    total = self.uses[pos, lemma] = sum(weights)
                    self.senses[pos, lemma] = [
                        Sense(synset, weight / total) for synset, weight in zip(synsets, weights, strict=True)
                    ]

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
