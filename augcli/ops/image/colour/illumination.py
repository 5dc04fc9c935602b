import math

from augcli.plugin import Draw, Op, Primitives, Shade, Span, State, span


class Illumination(Op):
    """Brighten one side of the image and darken the other, with an even gradient from edge to edge.

    The centre keeps its brightness. Image size is kept; anything brighter than white becomes white. Alpha and labels are
    left unchanged.
    """

    id = "image.illumination"
    examples = ({}, {"strength": 1, "angle_deg": 30})

    strength: Span = span(
        0.1,
        0.4,
        within=(0, 1),
        unit="",
        useful=(0, 0.6),
        doc="change in brightness at the edges: 0.2 makes them up to 20 % brighter and darker",
    )
    angle_deg: Span = span(-180, 180, within=(-180, 180), unit="deg", doc="direction of the light: 0 right, 90 top")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        along, up = math.cos(math.radians(draw.angle_deg)), math.sin(math.radians(draw.angle_deg))
        slope = draw.strength * 2 / (width * abs(along) + height * abs(up))
        x, y = slope * along, -slope * up
        return [Shade(1 - (x * width + y * height) / 2, x, y, 0.0, 0.0)]
