from augcli.plugin import IDENTITY, ColourMatrix, Draw, Op, Primitives, Span, State, span


class RgbShift(Op):
    """Add a separate constant to each of the red, green and blue channels.

    Image size is kept; values outside the range are clamped. Alpha and labels are left unchanged; a greyscale image
    becomes brighter or darker by the luma of the three constants. Do not use when the label depends on exact colour.
    """

    id = "image.rgb_shift"
    examples = ({}, {"red": {"value": 0.3}, "green": {"value": -0.3}, "blue": {"value": 0.3}})

    red: Span = span(
        -0.08,
        0.08,
        within=(-1, 1),
        unit="of full scale",
        useful=(-0.2, 0.2),
        peers_around=0,
        doc="added to red; 0.08 is about 20 of 255 levels",
    )
    green: Span = span(
        -0.08, 0.08, within=(-1, 1), unit="of full scale", useful=(-0.2, 0.2), peers_around=0, doc="added to green"
    )
    blue: Span = span(-0.08, 0.08, within=(-1, 1), unit="of full scale", useful=(-0.2, 0.2), peers_around=0, doc="added to blue")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [ColourMatrix.linear(IDENTITY, (draw.red, draw.green, draw.blue))]
