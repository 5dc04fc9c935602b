from collections.abc import Sequence
from itertools import accumulate

from augcli.plugin import BORDER_DOC, Border, Displace, Draw, Levels, Op, Primitives, Span, State, as_colour, option, span


class GridDistortion(Op):
    """Cut the image into columns and rows, and make each of them wider or narrower; the edges stay where they are.

    Level lines stay level, upright ones upright. Scaled down where it would be too steep. Size and range are kept.
    Boxes and points move along. Not where proportions are what is to be learned.
    """

    id = "image.grid_distortion"
    examples = ({}, {"columns": 3, "rows": 8, "x": [-0.8, 0.8], "y": [-0.5, 0.5]})

    columns: int = option(5, ge=1, le=64, doc="how many columns")
    rows: int = option(5, ge=1, le=64, doc="how many rows")
    x: Span = span(-0.3, 0.3, within=(-0.9, 0.9), per="columns", doc="how much more of the image a column shows")
    y: Span = span(-0.3, 0.3, within=(-0.9, 0.9), per="rows", doc="how much more of the image a row shows")
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), doc="colour for border: constant")

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
