from collections.abc import Sequence

from augcli.plugin import (
    BORDER_DOC,
    Border,
    Draw,
    Levels,
    Matrix,
    Op,
    Primitives,
    Span,
    State,
    Warp,
    as_colour,
    inverse,
    multiply,
    onto_corners,
    option,
    scaling,
    span,
    uniforms,
)

_CLEAR_OF_HORIZON = 0.25


class Perspective(Op):
    """Move each of the four corners by itself, as if the image hung on a wall seen from somewhere else.

    Straight lines stay straight. Size and range are kept; what is left free is filled by `border`. Moves are made
    smaller together where the horizon would come near the canvas. Boxes become the hull of the moved box.
    Not where shapes or proportions are what is to be learned.
    """

    id = "image.perspective"
    keys = ("key",)
    examples = ({}, {"distortion": 0.24, "border": "constant"})

    # Below a quarter, no corner can become concave.
    distortion: Span = span(
        0.05, 0.15, within=(0, 0.24), unit="of the side", doc="a corner moves by up to this, inwards or outwards, along each axis"
    )
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), doc="colour for border: constant")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        moves = [draw.distortion * (2 * u - 1) for u in uniforms(draw.key, 8)]
        square = onto_corners(_corners(moves))
        while _clearance(square) < _CLEAR_OF_HORIZON:
            moves = [0.8 * move for move in moves]
            square = onto_corners(_corners(moves))
        matrix = multiply(scaling(width, height), multiply(square, scaling(1 / width, 1 / height)))
        return [Warp(matrix, (width, height), self.border, as_colour(self.fill), "bilinear")]


def _corners(moves: Sequence[float]) -> list[tuple[float, float]]:
    places = ((0, 0), (1, 0), (1, 1), (0, 1))
    return [(x + moves[2 * number], y + moves[2 * number + 1]) for number, (x, y) in enumerate(places)]


def _clearance(matrix: Matrix) -> float:
    """The scale of what the farthest corner of the canvas shows, that of the middle being 1; 0 is the horizon."""
    g, h, i = inverse(matrix)[6:]
    return min(i, g + i, h + i, g + h + i) / (g / 2 + h / 2 + i)
