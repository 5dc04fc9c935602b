"""A grid of covered squares."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.fields import Span, span
from augcli.core.holes import HOLE_FILL_DOC, HoleFill, cover
from augcli.core.op import Op, State
from augcli.core.primitives.grain import FillNoise
from augcli.core.primitives.image import Fill


class GridMask(Op):
    """Cover squares that lie in a regular grid.

    Size is kept; alpha is left alone. What the squares hide counts as hidden for boxes and points. Unlike random
    holes, they never hide a large thing wholly. Not for things about as large as a square.
    """

    id: ClassVar[str] = "image.grid_mask"
    keys: ClassVar[tuple[str, ...]] = ("key",)
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"cells": 20, "ratio": 0.7, "fill": "random"})
    references: ClassVar[tuple[str, ...]] = ("Chen et al., GridMask data augmentation, arXiv:2001.04086",)

    cells: Span = span(4, 8, within=(1, 64), whole=True, doc="how many cells lie along the longer side")
    ratio: Span = span(0.4, 0.6, within=(0.01, 1), doc="edge of a square, as a share of its cell")
    x: Span = span(0, 1, within=(0, 1), doc="where the grid begins, in cells from the left")
    y: Span = span(0, 1, within=(0, 1), doc="where the grid begins, in cells from the top")
    fill: HoleFill = Field((0, 0, 0), description=HOLE_FILL_DOC)

    def lower(self, draw: Any, state: State) -> Sequence[Fill | FillNoise]:
        width, height = state.image[:2]
        cell = max(width, height) / draw.cells
        edge = max(1, round(cell * draw.ratio))
        columns, rows = _places(draw.x, cell, edge, width), _places(draw.y, cell, edge, height)
        return cover([(left, top, right, bottom) for top, bottom in rows for left, right in columns], self.fill, draw.key)


def _places(start: float, cell: float, edge: int, length: int) -> list[tuple[int, int]]:
    """Where along an axis squares begin and end, cut to the picture."""
    begins = [round((number - 1 + start) * cell) for number in range(math.ceil(length / cell) + 1)]
    found = [(max(0, begin), min(length, begin + edge)) for begin in begins]
    return [(begin, end) for begin, end in found if begin < end]
