from collections.abc import Sequence
from itertools import accumulate

from augcli.plugin import BORDER_DOC, Border, Displace, Draw, Levels, Op, Primitives, Span, State, as_colour, option, span


class GridDistortion(Op):
    """Stretch or compress the columns and rows of a grid at random; the image's edges stay in place.

    Horizontal lines stay horizontal and vertical lines vertical. Distortions that are too steep are reduced. Image size
    and value range are kept. Boxes and points move with the image. Do not use when the model should learn proportions.
    """

    id = "image.grid_distortion"
    examples = ({}, {"columns": 3, "rows": 8, "x": [-0.8, 0.8], "y": [-0.5, 0.5]})

    columns: int = option(5, ge=1, le=64, unit="", doc="number of columns")
    rows: int = option(5, ge=1, le=64, unit="", doc="number of rows")
    x: Span = span(
        -0.3,
        0.3,
        within=(-0.9, 0.9),
        per="columns",
        unit="",
        useful=(-0.5, 0.5),
        peers_around=0,
        doc="how much more of the image each column shows: above 0 compresses its content, below 0 stretches it",
    )
    y: Span = span(
        -0.3,
        0.3,
        within=(-0.9, 0.9),
        per="rows",
        unit="",
        useful=(-0.5, 0.5),
        peers_around=0,
        doc="how much more of the image each row shows: above 0 compresses its content, below 0 stretches it",
    )
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour for border: constant")

    def lower(self, draw: Draw, state: State) -> Primitives:
        facts = state.image
        across, down = _shifts(draw.x, facts.width), _shifts(draw.y, facts.height)
        x = tuple(across * len(down))
        y = tuple([shift for shift in down for _ in across])
        field = Displace.of(facts, (self.columns, self.rows), x, y, smooth=False)
        return [field._replace(border=self.border, fill=as_colour(self.fill))]


def _shifts(more: Sequence[float], length: int) -> list[float]:
    """By how much the lines between the cells are moved, the first and the last by nothing."""
    shares = [0.0, *accumulate(1 + one for one in more)]
    return [length * (share / shares[-1] - number / len(more)) for number, share in enumerate(shares)]
