from augcli.core.idioms import colour
from augcli.plugin import Draw, Op, Primitives, Span, State, span


class Hue(Op):
    """Rotate the hue, keeping the luma.

    A linear map (the W3C's `hue-rotate`) rather than a conversion to HSV: it fuses with the other colour steps, and
    bright colours keep their brightness. Values outside the range are clamped. Alpha and labels are left unchanged. Do
    not use when the label depends on colour (flowers, traffic lights).
    """

    id = "image.hue"
    examples = ({}, {"angle_deg": {"value": 120}})
    references = ("W3C, Filter Effects Module Level 1, feColorMatrix type hueRotate",)

    angle_deg: Span = span(
        -18,
        18,
        within=(-180, 180),
        unit="deg",
        useful=(-45, 45),
        peers_around=0,
        doc="hue rotation: 120 turns red into green",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [colour.hue(draw.angle_deg)]
