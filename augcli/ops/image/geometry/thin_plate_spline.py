from augcli.core.idioms import lattice
from augcli.plugin import (
    BORDER_DOC,
    Border,
    Displace,
    Draw,
    Levels,
    Op,
    Primitives,
    Span,
    State,
    as_colour,
    option,
    span,
    uniforms,
)


class ThinPlateSpline(Op):
    """Move points of an even grid at random, and let the image follow as a thin plate would: with the least bending.

    The points lie on the image from edge to edge; between them the field is that of a thin-plate spline, to within
    about a twentieth of the amplitude. Scaled down where it would fold. Size and range are kept. Boxes become the hull
    of what they hold, points and masks move along. Not where exact shapes are what is to be learned.
    """

    id = "image.thin_plate_spline"
    keys = ("key",)
    examples = ({}, {"points": 3, "amplitude": 0.2, "border": "constant"}, {"points": 6})
    references = ("Bookstein, Principal warps, IEEE PAMI 11 (1989)",)

    points: int = option(4, ge=2, le=6, doc="points along each side of the grid")
    amplitude: Span = span(0.02, 0.08, within=(0, 0.5), unit="of the shorter side", doc="how far the points move at most")
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), doc="colour for border: constant")

    def lower(self, draw: Draw, state: State) -> Primitives:
        facts = state.image
        amplitude, count = draw.amplitude * min(facts.width, facts.height), self.points**2
        moves = [(2 * u - 1) * amplitude for u in uniforms(draw.key, 2 * count)]
        cells, x, y = lattice.thin_plate(self.points, moves[:count], moves[count:])
        return [Displace.of(facts, (cells, cells), x, y)._replace(border=self.border, fill=as_colour(self.fill))]
