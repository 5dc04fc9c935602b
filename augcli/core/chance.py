"""Many uniform numbers from one key, counted: for draws whose number depends on content (one per word, say)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_MASK = 0xFFFFFFFFFFFFFFFF
_NEVER = 1e-15  # a chance below this is none: no sample has so many things
_EXTRA, _CHOICE = 0x5851F42D4C957F2D, 0x14057B7EF767814F  # part the numbers that fill up, and those that choose, from the gaps


def uniform(key: int, count: int) -> float:
    """The count-th number in [0, 1) of this key: the finaliser of SplitMix64 over key and counter, 53 bits kept."""
    z = (key * 0xD1342543DE82EF95 + (count + 1) * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    z = ((z ^ (z >> 31)) * 0xD6E8FEB86659FD93) & _MASK
    return ((z ^ (z >> 32)) >> 11) * 2.0**-53


def uniforms(key: int, count: int) -> list[float]:
    """The first `count` numbers of this key."""
    return [uniform(key, number) for number in range(count)]


def hits(key: int, rate: float, count: int) -> list[int]:
    """Which of `count` things happen when each does with this chance; draws one number per hit, not per thing."""
    if rate < _NEVER or not count:
        return []
    if rate >= 1:
        return list(range(count))
    scale = 1 / math.log1p(-rate)
    found: list[int] = []
    draw, place = 1, int(math.log1p(-uniform(key, 0)) * scale)
    while place < count:
        found.append(place)
        place += 1 + int(math.log1p(-uniform(key, draw)) * scale)
        draw += 1
    return found


def filled(key: int, found: list[T], eligible: list[T], at_least: int) -> list[T]:
    """`found`, filled up with others of `eligible` to at least so many (or as many as there are), in order."""
    short = min(at_least, len(eligible)) - len(found)
    if short <= 0:
        return found
    left = [one for one in eligible if one not in found]
    extra = [left.pop(int(uniform(key ^ _EXTRA, number) * len(left))) for number in range(short)]
    return sorted(found + extra)  # type: ignore[type-var]


def choose(key: int, number: int, options: Sequence[T]) -> T:
    """One of several, each as likely; `number` counts the choices made with this key."""
    return options[int(uniform(key ^ _CHOICE, number) * len(options))]
