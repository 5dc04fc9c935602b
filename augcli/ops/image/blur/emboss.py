from augcli.core.idioms import taps
from augcli.plugin import Draw, Filter2D, Op, Primitives, Span, State, span


class Emboss(Op):
    """Add the slope of the image: edges that face the light get brighter, others darker, and the rest stays.

    Range is kept by clamping. Size is kept; alpha and labels are left alone.
    """

    id = "image.emboss"
    examples = ({}, {"strength": 2, "angle_deg": 0})

    strength: Span = span(0.2, 0.7, within=(0, 5), doc="0 leaves the image as it is")
    angle_deg: Span = span(135, within=(-360, 360), unit="deg", doc="where the light is: 0 right, 90 above, 135 top left")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Filter2D(taps.relief(draw.strength, draw.angle_deg), colours_only=True)]
