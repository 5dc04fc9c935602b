"""English word forms by rule, with the irregular ones from a list: plurals, verb forms, comparisons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

PartOfSpeech = Literal["n", "v", "a", "r"]
Slot = Literal["", "s", "ing", "ed", "er", "est"]  # "s" is the plural and the third person, "ed" past and participle
SLOTS: Mapping[PartOfSpeech, tuple[Slot, ...]] = {
    "n": ("", "s"),
    "v": ("", "s", "ing", "ed"),
    "a": ("", "er", "est"),
    "r": ("", "er", "est"),
}
_DOUBLED = re.compile(r"^[^aeiou]*[aeiou][bdgmnprt]$")  # one syllable: stop, big


class Inflector:
    """Forms of lemmas. `exceptions` holds (part of speech, form, lemma), as in WordNet's *.exc files."""

    def __init__(self, exceptions: Iterable[tuple[PartOfSpeech, str, str]]) -> None:
        self._irregular: dict[tuple[PartOfSpeech, str, Slot], list[str]] = {}
        for pos, form, lemma in exceptions:
            self._irregular.setdefault((pos, lemma, _slot_of(pos, form)), []).append(form)

    def irregular(self, lemma: str, pos: PartOfSpeech, slot: Slot) -> list[str]:
        return self._irregular.get((pos, lemma, slot), [])

    def forms(self, lemma: str, pos: PartOfSpeech, slot: Slot) -> list[str]:
        """Every form that this lemma may have there: the irregular ones, else the regular one."""
        if not slot:
            return [lemma]
        return self.irregular(lemma, pos, slot) or [regular(lemma, pos, slot)]


def _slot_of(pos: PartOfSpeech, form: str) -> Slot:
    if pos == "n":
        return "s"
    if pos == "v":
        return "ing" if form.endswith("ing") else "s" if form.endswith("s") else "ed"
    return "est" if form.endswith("est") else "er"


def regular(lemma: str, pos: PartOfSpeech, slot: Slot) -> str:
    """The regular form."""
    if slot == "s":
        if lemma.endswith(("s", "x", "z", "ch", "sh")) or (lemma.endswith("o") and lemma[-2:-1] not in "aeiou" and pos == "v"):
            return lemma + "es"
        return lemma[:-1] + "ies" if _ends_in_lone_y(lemma) else lemma + "s"
    if slot == "ing":
        if lemma.endswith("ie"):
            return lemma[:-2] + "ying"
        drops = lemma.endswith("e") and not lemma.endswith(("ee", "oe", "ye"))
        return (lemma[:-1] if drops else _doubled(lemma)) + "ing"
    if lemma.endswith("e"):
        return lemma + slot[1:]
    return (lemma[:-1] + "i" if _ends_in_lone_y(lemma) else _doubled(lemma)) + slot


def _ends_in_lone_y(lemma: str) -> bool:
    return lemma.endswith("y") and lemma[-2:-1] not in "aeiou"


def _doubled(lemma: str) -> str:
    return lemma + lemma[-1] if _DOUBLED.match(lemma) else lemma
