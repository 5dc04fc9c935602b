from augcli.plugin import IDENTITY, ColourMatrix, Draw, Op, Primitives, Span, State, span


class RgbShift(Op):
    """Add a constant to red, green and blue, each its own.

    Size is kept; what leaves the range is clamped. Alpha and labels are left alone; a grey image gets brighter or
    darker by the luma of the three. Not where the very colour is the label.
    """

    id = "image.rgb_shift"
    examples = ({}, {"red": 0.3, "green": -0.3, "blue": 0.3})

    red: Span = span(-0.08, 0.08, within=(-1, 1), unit="of full scale", doc="added to red; 0.08 is about 20 of 255 levels")
    green: Span = span(-0.08, 0.08, within=(-1, 1), unit="of full scale", doc="added to green")
    blue: Span = span(-0.08, 0.08, within=(-1, 1), unit="of full scale", doc="added to blue")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [ColourMatrix.linear(IDENTITY, (draw.red, draw.green, draw.blue))]
