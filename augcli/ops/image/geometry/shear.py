from augcli.plugin import BORDER_DOC, Border, Draw, Levels, Op, Primitives, Span, State, Warp, as_colour, option, shearing, span


class Shear(Op):
    """Shear the image about its centre.

    Image size and value range are kept; corners are filled according to `border`. Boxes become the bounding box of the
    sheared box. Do not use when the model should learn angles or shapes.
    """

    id = "image.shear"
    examples = ({}, {"x_deg": {"value": 45}, "y_deg": {"value": -20}, "border": "constant"})
    references = ("Cubuk et al., RandAugment, arXiv:1909.13719 (±0.3, which is ±17 degrees)",)

    x_deg: Span = span(
        -15,
        15,
        within=(-80, 80),
        unit="deg",
        useful=(-30, 30),
        peers_around=0,
        doc="horizontal shear: vertical lines lean to the right",
    )
    y_deg: Span = span(
        0,
        within=(-80, 80),
        unit="deg",
        useful=(-30, 30),
        peers_around=0,
        doc="vertical shear: horizontal lines rise to the right",
    )
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour for border: constant")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Warp.about_centre(state.image, shearing(draw.x_deg, draw.y_deg), self.border, as_colour(self.fill))]
