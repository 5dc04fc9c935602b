"""Many counted uniform numbers from one key, for draws whose number depends on the content (say, one per word)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
_TRIES = 12
_MASK = 0xFFFFFFFFFFFFFFFF
_NEVER = 1e-15  # a smaller chance counts as zero: no sample has that many things
_EXTRA, _CHOICE = (
    0x5851F42D4C957F2D,
    0x14057B7EF767814F,
)  # keep the numbers that fill up, and those that choose, apart from the gaps


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
    """Which of `count` things happen if each has this chance; draws one number per hit, not per thing."""
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


def filled(key: int, found: list[int], at_least: int, count: int, eligible: Callable[[int], object]) -> list[int]:
    """Fill `found` up to a minimum number of the `count` eligible things, or to all of them; in order.

    Tries at random first: if many things are eligible, most of them need not be looked at.
    """
    short = at_least - len(found)
    if short <= 0 or not count:
        return found
    found = found.copy()
    for number in range(_TRIES):
        one = int(uniform(key ^ _EXTRA, number) * count)
        if one not in found and eligible(one):
            found.append(one)
            short -= 1
            if not short:
                return sorted(found)
    left = [one for one in range(count) if one not in found and eligible(one)]
    for number in range(min(short, len(left))):
        found.append(left.pop(int(uniform(key ^ _EXTRA, _TRIES + number) * len(left))))
    return sorted(found)


def choose(key: int, number: int, options: Sequence[T]) -> T:
    """Choose one of several with equal chances; `number` counts the choices made with this key."""
    return options[int(uniform(key ^ _CHOICE, number) * len(options))]
