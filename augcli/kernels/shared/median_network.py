"""The median of squares by minima and maxima of whole arrays, in numpy or in torch.

The columns of a square are sorted, then its rows. Values that can no longer be the median are dropped; then the smallest
and the largest of the rest are removed until one is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Array = TypeVar("Array")


class Network(Generic[Array]):
    """`least` and `most` give the smaller and the larger of two arrays, place by place."""

    def __init__(self, least: Callable[[Array, Array], Array], most: Callable[[Array, Array], Array]) -> None:
        self._least, self._most = least, most

    def sort(self, values: list[Array]) -> None:
        """Sort arrays place by place: the smallest values into the first array, and so on."""
        for end in range(len(values) - 1, 0, -1):
            for place in range(end):
                self._exchange(values, place, place + 1)

    def middle(self, columns: Sequence[Sequence[Array]]) -> Array:
        """The median of a square with an odd side, given as sorted columns."""
        edge = len(columns)
        half = (edge * edge + 1) // 2
        left: list[Array] = []
        for row in range(edge):
            values = [column[row] for column in columns]
            self.sort(values)
            # Values above and to the left are not larger, values below and to the right not smaller.
            left += [
                value
                for column, value in enumerate(values)
                if (row + 1) * (column + 1) <= half and (edge - row) * (edge - column) <= half
            ]
        count = len(left) // 2 + 2
        some, rest = left[:count], left[count:]
        while len(some) > 1:
            self._ends_outward(some)
            some = some[1:-1] + rest[:1]
            rest = rest[1:]
        return some[0]

    def _ends_outward(self, values: list[Array]) -> None:
        """Bring the smallest to the front and the largest to the back."""
        count = len(values)
        for place in range(count // 2):
            self._exchange(values, place, count - 1 - place)
        for place in range(1, (count + 1) // 2):
            self._exchange(values, 0, place)
        for place in range(count // 2, count - 1):
            self._exchange(values, place, count - 1)

    def _exchange(self, values: list[Array], first: int, second: int) -> None:
        one, other = values[first], values[second]
        values[first], values[second] = self._least(one, other), self._most(one, other)
