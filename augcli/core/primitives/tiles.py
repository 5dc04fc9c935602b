"""Images cut into equal tiles that change places."""

from __future__ import annotations

from typing import Any

from augcli.core.values.facts import ImageFacts

from .layers import Region
from .primitive import ImagePrimitive


class Tiles(ImagePrimitive, tolerance_levels=0, planes="moved"):
    """Cut the image into `columns` × `rows` tiles of one size, and let place k show what tile `order[k]` showed.

    Tiles and places are counted row by row. Where sides are no multiples, tiles are rounded down, the grid is centred
    (odd pixels go to the right and below), and the rim stays as it is. No value changes; alpha moves along.
    """

    columns: int
    rows: int
    order: tuple[int, ...]

    def then(self, later: Any, facts: ImageFacts) -> Tiles | None:
        if not isinstance(later, Tiles) or later[:2] != self[:2]:
            return None
        return self._replace(order=tuple([self.order[place] for place in later.order]))

    def grid(self, facts: ImageFacts) -> Region:
        """Where the grid begins (left, top), and the width and height of a tile."""
        width, height = facts.width // self.columns, facts.height // self.rows
        return (facts.width - width * self.columns) // 2, (facts.height - height * self.rows) // 2, width, height

    def place(self, number: int, facts: ImageFacts) -> Region:
        """The region of place (or tile) `number`."""
        left, top, width, height = self.grid(facts)
        left, top = left + number % self.columns * width, top + number // self.columns * height
        return left, top, left + width, top + height

    def moved(self, x: float, y: float, facts: ImageFacts) -> tuple[float, float]:
        """Where the point (x, y) of the input image ends up; pixel edges."""
        left, top, width, height = self.grid(facts)
        column, row = int((x - left) // width) if width else -1, int((y - top) // height) if height else -1
        if not (0 <= column < self.columns and 0 <= row < self.rows):
            return x, y
        there = self.order.index(row * self.columns + column)
        return x + (there % self.columns - column) * width, y + (there // self.columns - row) * height
