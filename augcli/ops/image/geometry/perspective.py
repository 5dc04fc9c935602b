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
    """Move the four corners independently, as if the image were seen from an angle.

    Straight lines stay straight. Image size and value range are kept; uncovered areas are filled according to `border`.
    Extreme distortions, which would bring the horizon near the canvas, are reduced. Boxes become the bounding box of the
    transformed box. Do not use when the model should learn shapes or proportions.
    """

    id = "image.perspective"
    keys = ("key",)
    examples = ({}, {"distortion": 0.24, "border": "constant"})

    # Below a quarter, no corner can become concave.
    distortion: Span = span(
        0.05,
        0.15,
        within=(0, 0.24),
        unit="of the side",
        useful=(0, 0.2),
        doc="maximum displacement of a corner along each axis, inwards or outwards",
    )
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour for border: constant")

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
