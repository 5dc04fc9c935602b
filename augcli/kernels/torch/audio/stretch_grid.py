"""The part of a stretch that depends only on length and rate: passes, and the grid of possible splices.

A stretched sound is the source itself, played in runs. From run to run it jumps, forwards to get shorter or backwards to get
longer, with a short cross-fade. There may be a jump in each cell of a regular grid. Which jumps are made, and how far they go,
is decided for the whole sound at once: a path over the cells of least cost (stretch_path), where a jump costs as much as the
sound differs between its two ends, skipping or repeating an attack costs more, and straying from where things belong a little.

All of it is whole-number arithmetic on a coarse copy of the sound (about 4 kHz), then on the samples around the chosen jumps,
so every device decides the same.
"""

from __future__ import annotations

from typing import NamedTuple

COARSE_HZ = 4000
MOST_STEP = 24  # frames of a coarse sample: above 96 kHz the coarse copy gets finer

# All in coarse samples, so about a quarter of a millisecond.
CELL = 128  # of what comes out, from one possible splice to the next, at least
FADE = 38  # cross-fade
WINDOW = 96  # that is compared around a splice
REACH = 41  # furthest that a run may be from where it belongs: after a jump both ways, CELL - 2 * REACH must exceed FADE
TAIL = 77  # of what comes out, behind the last splice
SHORTEST = 256  # what comes out has so many, or the step gets smaller

# One pass for these rates; beyond, several with the same rate each, so that every attack can be kept.
SINGLE_PASS = (0.599, 1.421)


class Grid(NamedTuple):
    """`step` frames make a coarse sample; there are `splices` cells of `cell` coarse samples each."""

    step: int
    splices: int
    cell: float


def passes(before: int, after: int) -> list[int]:
    """The lengths after each pass."""
    rate, count = before / after, 1
    while not SINGLE_PASS[0] <= rate <= SINGLE_PASS[1]:
        if rate > 1e6 or rate < 1e-6:
            return [after]
        rate, count = rate**0.5, 2 * count
    return [*(round(before / rate**number) for number in range(1, count)), after]


def grid(before: int, after: int, sample_rate: int) -> Grid | None:
    """The grid for one pass; None if the sound is too short to splice."""
    step = min(max(1, round(sample_rate / COARSE_HZ)), MOST_STEP, min(before, after) // SHORTEST)
    if step < 1:
        return None
    splices = int((after / step - TAIL) // CELL)
    return Grid(step, splices, (after / step - TAIL) / splices)
