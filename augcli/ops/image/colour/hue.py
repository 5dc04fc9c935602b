from augcli.core.idioms import colour
from augcli.plugin import Draw, Op, Primitives, Span, State, span


class Hue(Op):
    """Turn the colours about the grey axis; luma is kept.

    A linear map (the `hue-rotate` of the W3C), not a walk through HSV: it fuses with the other colour steps, and
    bright colours keep their brightness. What leaves the range is clamped. Alpha and labels are left alone.
    Not where colour is the label (flowers, traffic lights).
    """

    id = "image.hue"
    examples = ({}, {"angle_deg": 120})
    references = ("W3C, Filter Effects Module Level 1, feColorMatrix type hueRotate",)

    angle_deg: Span = span(-18, 18, within=(-180, 180), unit="deg", doc="turn of the colour circle: 120 makes red green")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [colour.hue(draw.angle_deg)]
