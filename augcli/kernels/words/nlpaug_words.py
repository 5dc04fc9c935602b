"""nlpaug, shut in: asked for single words and letters, never let near a text or a draw.

nlpaug draws from the generators of `random` and numpy that the whole process shares, orders candidates by a set (which
differs from process to process), and takes texts apart. So it is asked what it *could* say: its augmenters run on one
word, with a `sample` that notes the candidates instead of drawing. Candidates are sorted here; ops choose among them by
their own keys. The shared generators are put back as they were, whatever nlpaug does.

Importing nlpaug takes two seconds (it imports torch): nothing here does so before the first question.
"""

from __future__ import annotations

import random
import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

from augcli.core.idioms.words import in_case_of, is_negation

from .lexicon import PartOfSpeech, Reading, agrees, fits_article, is_plain, real_words
from .vulgar import VULGAR

LAYOUTS = ("en", "de", "es", "fr", "he", "it", "nl", "pl", "tr", "uk")
_REMEMBERED_WORDS = 50_000
_LOCK = threading.RLock()
_TAGS = {"n": "NN", "v": "VB", "a": "JJ", "r": "RB", "": "FW"}  # nlpaug reads Penn's tags; of FW it makes any part of speech
_MORE_LOOKALIKES = {  # with commas between them
    "rn": "m", "m": "rn", "cl": "d", "d": "cl", "vv": "w", "w": "vv", "ri": "n", "n": "ri", "li": "h", "ii": "u", "in": "m",
    "e": "c", "c": "e", "h": "b", "b": "h", "i": "l,1", "l": "1,I", "I": "l,1", "t": "f", "f": "t", "u": "v", "v": "y",
}  # fmt: skip


@contextmanager
def _alone() -> Iterator[None]:
    """One question at a time, with the process's generators fixed meanwhile and put back afterwards."""
    import numpy as np

    with _LOCK:
        here, there = random.getstate(), np.random.get_state()
        try:
            random.seed(0)
            np.random.seed(0)
            yield
        finally:
            random.setstate(here)
            np.random.set_state(there)


@cache
def _nlpaug() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in its sources
        import nlpaug.augmenter.char
        import nlpaug.augmenter.word
        import nlpaug.model.word_dict
    return nlpaug


class _Asked:
    """Mixed into an augmenter of nlpaug: notes what it would draw from, and always takes the first."""

    candidates: Sequence[str] = ()

    def sample(self, choices: Any, number: int | None = None) -> Any:
        if choices and isinstance(choices[0], str):
            self.candidates = list(choices)
        return choices[:number]


def _ask(augmenter: Any, word: str) -> list[str]:
    """The candidates for one word, sorted. Call it with nlpaug alone."""
    augmenter.candidates = ()
    augmenter.substitute(word)
    return sorted({candidate.replace("_", " ") for candidate in augmenter.candidates})


def _whole(word: str) -> list[str]:
    return [word]


class _Thesaurus:
    """Stands where nlpaug has its WordNet: answers for the reading that is being asked about."""

    def __init__(self) -> None:
        self.reading = Reading("", True, ())

    def predict(self, word: str, pos: str | None = None) -> list[str]:
        return list(self.reading.synonyms)

    def pos_tag(self, tokens: list[str]) -> list[tuple[str, str]]:
        return [(token, _TAGS[self.reading.pos]) for token in tokens]


class Synonyms:
    """nlpaug's SynonymAug over a table of synonyms. Only the readings that the sentence allows are answered."""

    def __init__(self, table: Mapping[str, tuple[Reading, ...]]) -> None:
        self._table, self._thesaurus, self._augmenter = table, _Thesaurus(), None
        self.knows = table.__contains__
        self._readings = lru_cache(_REMEMBERED_WORDS)(self._ask)

    def candidates(self, word: str, before: str = "", after: str = "") -> Sequence[str]:
        return _fitting(self._readings(word), word, before, after) if word in self._table else ()

    def _ask(self, word: str) -> tuple[Reading, ...]:
        with _alone():
            if self._augmenter is None:
                self._augmenter = _synonym_augmenter(self._thesaurus)
            readings = []
            for reading in self._table[word]:
                self._thesaurus.reading = reading
                readings.append(reading._replace(synonyms=tuple(_ask(self._augmenter, word))))
            return tuple(readings)


def _fitting(readings: Iterable[Reading], word: str, before: str, after: str) -> list[str]:
    """The synonyms of those readings that agree with the words around, each once."""
    found: list[str] = []
    for reading in readings:
        if agrees(reading, before, after):
            found += [one for one in reading.synonyms if one not in found and fits_article(word, one, before)]
    return found


def _synonym_augmenter(model: Any) -> Any:
    class SynonymAugmenter(_Asked, _nlpaug().augmenter.word.SynonymAug):  # type: ignore[misc]
        @classmethod
        def get_model(cls, *arguments: Any, **named: Any) -> Any:
            return model

    return SynonymAugmenter(tokenizer=_whole, reverse_tokenizer="".join)


class NltkSynonyms:
    """nlpaug's SynonymAug over NLTK's WordNet. Words of one sense, most of the time, for words of that sense."""

    def __init__(self) -> None:
        self._augmenter: Any = None
        self._readings = lru_cache(_REMEMBERED_WORDS)(self._ask)

    def knows(self, word: str) -> bool:
        return is_plain(word)

    def candidates(self, word: str, before: str = "", after: str = "") -> Sequence[str]:
        return _fitting(self._readings(word), word, before, after) if is_plain(word) else ()

    def _ask(self, word: str) -> tuple[Reading, ...]:
        from .nltk_senses import Tagged, readings_of

        with _alone():
            if self._augmenter is None:
                model = _nlpaug().model.word_dict.WordNet(lang="eng")
                self._augmenter = _synonym_augmenter(Tagged(model))
            augmenter = self._augmenter

            def raw(pos: PartOfSpeech) -> list[str]:
                augmenter.model.tag = _TAGS[pos]
                return _ask(augmenter, word)

            return readings_of(word, raw)


class Misspellings:
    """nlpaug's SpellingAug: misspellings that people made, without those that are other words."""

    def __init__(self) -> None:
        self._augmenter: Any = None
        self._found = lru_cache(_REMEMBERED_WORDS)(self._ask)

    def knows(self, word: str) -> bool:
        return is_plain(word)

    def candidates(self, word: str, before: str = "", after: str = "") -> Sequence[str]:
        return self._found(word) if is_plain(word) else ()

    def _ask(self, word: str) -> tuple[str, ...]:
        with _alone():
            if self._augmenter is None:
                self._augmenter = _spelling_augmenter()
            words = self._augmenter.model.dict
            others = real_words()
            found = _ask(self._augmenter, word) or _ask(self._augmenter, in_case_of(word, "Aa"))
            lower = [one.lower() for one in found]
            return tuple(sorted({one for one in lower if one not in words and one not in others and _is_misspelling(one, word)}))


@cache
def misspellings() -> Misspellings:
    """One for the process, so that what it remembers serves every pipeline."""
    return Misspellings()


def _spelling_augmenter() -> Any:
    parts = _nlpaug()

    class SpellingAugmenter(_Asked, parts.augmenter.word.SpellingAug):  # type: ignore[misc,name-defined]
        def get_model(self, force_reload: bool) -> Any:
            return parts.model.word_dict.Spelling(self.dict_path, include_reverse=False)

    return SpellingAugmenter(tokenizer=_whole, reverse_tokenizer="".join)


def _is_misspelling(candidate: str, word: str) -> bool:
    if (
        not candidate.isascii()
        or not candidate.replace("'", "").isalpha()
        or candidate in VULGAR
        or is_negation(candidate)
        or len(candidate) < 2
    ):
        return False
    if candidate[0] != word[0]:  # people err there only when they mean another word
        return False
    most = 1 if len(word) < 6 else 2
    return abs(len(candidate) - len(word)) <= most and 0 < distance(candidate, word) <= most


def distance(one: str, other: str) -> int:
    """How many letters must be added, taken away, changed, or swapped with the next one."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one):
        earlier, before, row = before, row, [i + 1]
        for j, target in enumerate(other):
            cost = min(before[j + 1] + 1, row[j] + 1, before[j] + (letter != target))
            if i and j and letter == other[j - 1] and one[i - 1] == target:
                cost = min(cost, earlier[j - 1] + 1)
            row.append(cost)
    return row[-1]


class LetterTable:
    """Letters that may stand for others."""

    def __init__(self, table: Mapping[str, Sequence[str]]) -> None:
        self.table = table

    def candidates(self, letters: str) -> Sequence[str]:
        return self.table.get(letters, ())

    def accepts(self, word: str) -> bool:
        return word.lower() not in VULGAR


@cache
def keyboard(layout: str) -> LetterTable:
    """The letters beside each letter on this keyboard, from nlpaug's KeyboardAug."""
    with _alone():
        keys = _nlpaug().augmenter.char.KeyboardAug(lang=layout).model.model
    table: dict[str, tuple[str, ...]] = {}
    for key, neighbours in sorted(keys.items()):
        letters = sorted({one.strip().lower() for one in neighbours} - {key.lower()})
        letters = [one for one in letters if len(one) == 1 and one.isalpha()]
        if len(key) == 1 and key.isalpha() and key == key.lower() and letters:
            table[key] = tuple(letters)
    return LetterTable(table)


@cache
def lookalikes() -> LetterTable:
    """What a scanner may read instead of one or two letters: nlpaug's OcrAug, and pairs that look like one letter."""
    with _alone():
        pairs = _nlpaug().augmenter.char.OcrAug().model.model
    table: dict[str, set[str]] = {key: {str(one) for one in values} for key, values in pairs.items() if key.isalpha()}
    for key, more in _MORE_LOOKALIKES.items():
        table.setdefault(key, set()).update(more.split(","))
    return LetterTable({key: tuple(sorted(one for one in values if one.isalnum())) for key, values in sorted(table.items())})
