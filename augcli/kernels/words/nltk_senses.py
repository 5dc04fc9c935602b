"""NLTK's WordNet read with care: which of the raw candidates mean what the word means, most of the time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .lexicon import FUNCTION_WORDS, PartOfSpeech, Reading
from .vulgar import VULGAR

SHARED, SHARED_BACK, SURE, POSSIBLE = 0.5, 0.4, 0.9, 0.25  # as augcli's own table was made with
_SHUNNED = {"obscenity", "ethnic_slur", "disparagement", "archaism", "slang", "trade_name", "trademark", "combining_form"}


class Tagged:
    """nlpaug's model of WordNet, with the part of speech that is being asked about in the place of NLTK's tagger."""

    def __init__(self, model: Any) -> None:
        self._model, self.tag = model, "NN"

    def predict(self, word: str, pos: str | None = None) -> list[str]:
        found: list[str] = self._model.predict(word, pos)
        return found

    def pos_tag(self, tokens: list[str]) -> list[tuple[str, str]]:
        return [(token, self.tag) for token in tokens]


def readings_of(word: str, raw: Callable[[PartOfSpeech], Sequence[str]]) -> tuple[Reading, ...]:
    """Readings of an uninflected word; `raw` gives all candidates for a part of speech. Call it under a lock: NLTK needs one."""
    from nltk.corpus import wordnet  # type: ignore[import-not-found,unused-ignore]

    if word in FUNCTION_WORDS:
        return ()
    parts: tuple[PartOfSpeech, ...] = ("n", "v", "a", "r")
    uses = {pos: _uses(wordnet, word, pos) for pos in parts}
    total = sum(uses.values())
    readings = []
    for pos in parts:
        if not uses[pos] or uses[pos] < POSSIBLE * total or wordnet.morphy(word, pos) != word:
            continue
        found = tuple(one for one in raw(pos) if _fits(wordnet, word, one, pos))
        if found:
            readings.append(Reading(pos, uses[pos] >= SURE * total, found))
    return tuple(readings)


def _lemmas(wordnet: Any, word: str, pos: PartOfSpeech) -> list[Any]:
    """The senses of a word, most frequent first."""
    found = []
    for synset in wordnet.synsets(word, pos):
        found += [lemma for lemma in synset.lemmas() if lemma.name() == word]
    return found


def _weights(wordnet: Any, word: str, pos: PartOfSpeech) -> dict[str, float]:
    """How often the word has each of its meanings, from WordNet's counts and its order of senses."""
    return {lemma.synset().name(): lemma.count() + 0.5 / (rank + 1) for rank, lemma in enumerate(_lemmas(wordnet, word, pos))}


def _uses(wordnet: Any, word: str, pos: PartOfSpeech) -> float:
    return sum(_weights(wordnet, word, pos).values())


def _fits(wordnet: Any, word: str, candidate: str, pos: PartOfSpeech) -> bool:
    plain = candidate.isascii() and candidate.isalpha() and candidate.islower() and len(candidate) > 2
    if not plain or candidate == word or candidate in VULGAR or candidate in FUNCTION_WORDS:
        return False
    here, there = _weights(wordnet, word, pos), _weights(wordnet, candidate, pos)
    shared = here.keys() & there.keys()
    if sum(here[name] for name in shared) < SHARED * sum(here.values()):
        return False
    if sum(there[name] for name in shared) < SHARED_BACK * sum(there.values()):
        return False
    lemmas = _lemmas(wordnet, candidate, pos)
    domains = {domain.name() for lemma in lemmas for domain in [*lemma.usage_domains(), *lemma.synset().usage_domains()]}
    shunned = any(str(name).partition(".")[0] in _SHUNNED for name in domains)
    return sum(lemma.count() for lemma in lemmas) > 0 and not shunned
