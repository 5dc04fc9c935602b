"""Rings of sources, from which partners are chosen: one added source changes about one in N choices."""

from __future__ import annotations

from array import array

import numpy
from numpy.typing import NDArray

from .draws.keys import ring_position
from .plan import Source


class Ring:
    """Sources on a circle, each where its hashed id falls: the partner is the next one after a drawn word.

    An added source takes over the choices just before its own position, about 1/N of them, and leaves the rest alone.
    Closed, it holds 20 bytes per source (its position, its number in the pool and its class) and 8 per change of class.
    """

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self._added = array("Q"), array("Q"), array("i")
        self._class_numbers: dict[str | None, int] = {}
        self._positions = self._numbers = numpy.empty(0, numpy.uint64)
        self._classes: NDArray[numpy.int32] = numpy.empty(0, numpy.int32)
        self._changes: NDArray[numpy.int64] = numpy.empty(0, numpy.int64)

    def add(self, source_id: str, number: int, label: str | None = None) -> None:
        positions, numbers, classes = self._added
        positions.append(ring_position(self.scope, source_id))
        numbers.append(number)
        classes.append(self._class_numbers.setdefault(label, len(self._class_numbers)))

    def close(self) -> None:
        """Sort; nothing may be added after this."""
        positions, numbers, classes = (numpy.asarray(column) for column in self._added)
        self._added = array("Q"), array("Q"), array("i")
        order = numpy.argsort(positions, kind="stable")
        self._positions, self._numbers, self._classes = positions[order], numbers[order], classes[order]
        # Where a class differs from the one before it on the circle.
        self._changes = numpy.flatnonzero(self._classes != numpy.roll(self._classes, 1))

    def __len__(self) -> int:
        return len(self._positions)

    def successors(self, word: int) -> list[int]:
        """Numbers of the first source at or after `word` and of the next one: the second is for a source that is the first."""
        if not len(self):
            return []
        start = self._start(word)
        return [int(self._numbers[place]) for place in (start, (start + 1) % len(self))][: len(self)]

    def other_class(self, word: int, label: str | None) -> int | None:
        """The number of the first source at or after `word` that is not of this class; None if all are."""
        if not len(self):
            return None
        place = self._start(word)
        if self._classes[place] == self._class_numbers.get(label, -1):
            if not len(self._changes):
                return None
            # Up to the next change, all are of the same class as this one.
            place = int(self._changes[int(self._changes.searchsorted(place, "right")) % len(self._changes)])
        return int(self._numbers[place])

    def _start(self, word: int) -> int:
        return int(self._positions.searchsorted(numpy.uint64(word))) % len(self)


def partner_scope(source: Source, option: str) -> str:
    """Which ring a partner comes from: same modality and split, and by option the same class."""
    scope = f"{source.modality}/{source.split}"
    return f"{scope}/{source.label or ''}" if option == "same_class" else scope
