"""Many uniform numbers from one key, counted: for draws whose number depends on content (one per word, say)."""

from __future__ import annotations

_MASK = 0xFFFFFFFFFFFFFFFF


def uniform(key: int, count: int) -> float:
    """The count-th number in [0, 1) of this key: the finaliser of SplitMix64 over key and counter, 53 bits kept."""
    z = (key * 0xD1342543DE82EF95 + (count + 1) * 0x9E3779B97F4A7C15) & _MASK
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 0xD6E8FEB86659FD93)):
        z = ((z ^ (z >> shift)) * factor) & _MASK
    return ((z ^ (z >> 32)) >> 11) * 2.0**-53


def uniforms(key: int, count: int) -> list[float]:
    """The first `count` numbers of this key."""
    return [uniform(key, number) for number in range(count)]
