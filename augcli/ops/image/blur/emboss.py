from augcli.core.idioms import taps
from augcli.plugin import Draw, Filter2D, Op, Primitives, Span, State, span


class Emboss(Op):
    """Add the image's directional gradient: edges facing the light become brighter, opposite edges darker.

    Values outside the range are clamped. Image size, alpha and labels are kept.
    """

    id = "image.emboss"
    examples = ({}, {"strength": 2, "angle_deg": 0})

    strength: Span = span(0.2, 0.7, within=(0, 5), unit="", useful=(0, 2), doc="0 leaves the image unchanged")
    angle_deg: Span = span(
        135, within=(-360, 360), unit="deg", useful=(-180, 180), doc="direction of the light: 0 right, 90 above, 135 top left"
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Filter2D(taps.relief(draw.strength, draw.angle_deg), colours_only=True)]
