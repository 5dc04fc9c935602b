import math
from typing import Any, Self

from pydantic import model_validator

from augcli.core.idioms.holes import HOLE_FILL_DOC, HoleFill, cover
from augcli.plugin import Constant, Cover, Draw, Op, Primitives, Span, State, about, as_colour, option, project, rotation, span


class GridMask(Op):
    """Cover squares arranged in a regular grid, optionally rotated.

    Image size and alpha are kept. What the squares cover counts as hidden for boxes and points. Unlike random holes, they
    never hide a large object completely. Do not use when objects are about as large as a square.
    """

    id = "image.grid_mask"
    keys = ("key",)
    may_become = (Cover,)
    examples = (
        {},
        {"cells": 20, "ratio": 0.7, "fill": "random"},
        {"cells": [2, 12], "angle_deg": [-45, 45], "fill": 128},
    )
    references = ("Chen et al., GridMask data augmentation, arXiv:2001.04086",)

    cells: Span = span(4, 8, within=(1, 64), whole=True, unit="", useful=(2, 16), doc="number of cells along the longer side")
    ratio: Span = span(0.4, 0.6, within=(0.01, 1), unit="", useful=(0.2, 0.7), doc="side of a square as a share of its cell")
    x: Span = span(0, 1, within=(0, 1), unit="", doc="offset of the grid from the left, in cells")
    y: Span = span(0, 1, within=(0, 1), unit="", doc="offset of the grid from the top, in cells")
    angle_deg: Span = span(0, within=(-180, 180), unit="deg", useful=(-45, 45), doc="rotation of the grid, anticlockwise")
    fill: HoleFill = option((0, 0, 0), unit="of 255 levels", doc=f"{HOLE_FILL_DOC}; a rotated grid needs a colour")

    @model_validator(mode="after")
    def _turned_ones_are_plain(self) -> Self:
        if isinstance(self.fill, str) and self.angle_deg != Constant(0):
            raise ValueError(f"fill: {self.fill} needs angle_deg: 0; a rotated grid is filled with one colour")
        return self

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        cell = max(width, height) / draw.cells
        edge = max(1, round(cell * draw.ratio))
        if draw.angle_deg:
            assert not isinstance(self.fill, str)
            outlines = _turned(draw, width, height, cell, edge)
            return [Cover(outlines, as_colour(self.fill))] if outlines else []
        columns, rows = _places(draw.x, cell, edge, width), _places(draw.y, cell, edge, height)
        return cover([(left, top, right, bottom) for top, bottom in rows for left, right in columns], self.fill, draw.key)


def _turned(draw: Any, width: int, height: int, cell: float, edge: int) -> tuple[tuple[float, ...], ...]:
    """The corners of those squares of a grid, turned about the image's centre, that may be seen."""
    around = math.ceil(math.hypot(width, height) / 2 / cell) + 1
    turn = about(rotation(draw.angle_deg), width / 2, height / 2)
    found = []
    for row in range(-around, around + 1):
        for column in range(-around, around + 1):
            left, top = width / 2 + (column + draw.x) * cell, height / 2 + (row + draw.y) * cell
            square = ((left, top), (left + edge, top), (left + edge, top + edge), (left, top + edge))
            corners = [project(turn, x, y) for x, y in square]
            xs, ys = zip(*corners, strict=True)
            if max(xs) > 0 and min(xs) < width and max(ys) > 0 and min(ys) < height:
                found.append(tuple([value for corner in corners for value in corner]))
    return tuple(found)


def _places(start: float, cell: float, edge: int, length: int) -> list[tuple[int, int]]:
    """Where along an axis squares begin and end, cut to the image."""
    begins = [round((number - 1 + start) * cell) for number in range(math.ceil(length / cell) + 1)]
    found = [(max(0, begin), min(length, begin + edge)) for begin in begins]
    return [(begin, end) for begin, end in found if begin < end]
