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
    """Move the points of a regular grid at random and warp the image with a thin-plate spline.

    The grid extends from edge to edge; between its points, the spline is approximated to within about 5 % of the
    amplitude. The displacements are reduced where the image would fold. Image size and value range are kept. Boxes become
    the bounding box of their content; points and masks move with the image. Do not use when the model should learn exact
    shapes.
    """

    id = "image.thin_plate_spline"
    keys = ("key",)
    examples = ({}, {"points": 3, "amplitude": 0.2, "border": "constant"}, {"points": 6})
    references = ("Bookstein, Principal warps, IEEE PAMI 11 (1989)",)

    points: int = option(4, ge=2, le=6, unit="", doc="points along each side of the grid")
    amplitude: Span = span(
        0.02, 0.08, within=(0, 0.5), unit="of the shorter side", useful=(0, 0.15), doc="maximum displacement of a point"
    )
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour for border: constant")

    def lower(self, draw: Draw, state: State) -> Primitives:
        facts = state.image
        amplitude, count = draw.amplitude * min(facts.width, facts.height), self.points**2
        moves = [(2 * u - 1) * amplitude for u in uniforms(draw.key, 2 * count)]
        cells, x, y = lattice.thin_plate(self.points, moves[:count], moves[count:])
        return [Displace.of(facts, (cells, cells), x, y)._replace(border=self.border, fill=as_colour(self.fill))]
