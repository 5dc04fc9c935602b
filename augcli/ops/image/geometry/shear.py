from augcli.plugin import BORDER_DOC, Border, Draw, Levels, Op, Primitives, Span, State, Warp, as_colour, option, shearing, span


class Shear(Op):
    """Slant the image about its centre.

    Size and range are kept; corners are filled by `border`. Boxes become the hull of the slanted box.
    Not where angles or shapes are what is to be learned.
    """

    id = "image.shear"
    examples = ({}, {"x_deg": 45, "y_deg": -20, "border": "constant"})
    references = ("Cubuk et al., RandAugment, arXiv:1909.13719 (±0.3, which is ±17 degrees)",)

    x_deg: Span = span(-15, 15, within=(-80, 80), unit="deg", doc="slant of upright lines, to the right as seen")
    y_deg: Span = span(0, within=(-80, 80), unit="deg", doc="slant of level lines, upwards as seen")
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), doc="colour for border: constant")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Warp.about_centre(state.image, shearing(draw.x_deg, draw.y_deg), self.border, as_colour(self.fill))]
