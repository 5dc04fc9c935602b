"""A jigsaw puzzle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.draws.chance import uniforms
from augcli.core.ops.op import Op, State
from augcli.core.ops.options import Grid
from augcli.core.primitives.tiles import Tiles


class GridShuffle(Op):
    """Cut the image into equal tiles, and lay them out in another order.

    No value changes. Where the image is no multiple of the grid, a rim of a few pixels stays as it is. Masks and
    points move with their tile; boxes are torn apart, so this is for classes. Not where the whole shape decides.
    """

    id: ClassVar[str] = "image.grid_shuffle"
    keys: ClassVar[tuple[str, ...]] = ("key",)
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"tiles": [8, 5]})
    references: ClassVar[tuple[str, ...]] = (
        "Noroozi and Favaro, Unsupervised learning by solving jigsaw puzzles, arXiv:1603.09246",
    )

    tiles: Grid = Field((3, 3), description="[columns, rows], or one number for both")

    def lower(self, draw: Any, state: State) -> Sequence[Tiles]:
        width, height = state.image[:2]
        columns, rows = min(self.tiles[0], width), min(self.tiles[1], height)
        order = list(range(columns * rows))
        for place, u in zip(range(len(order) - 1, 0, -1), uniforms(draw.key, len(order) - 1), strict=True):
            other = int(u * (place + 1))  # Fisher and Yates
            order[place], order[other] = order[other], order[place]
        return [Tiles(columns, rows, tuple(order))]
