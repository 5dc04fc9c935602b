from augcli.core.idioms import colour
from augcli.plugin import Draw, Op, Primitives, Span, State, span


class Exposure(Op):
    """Expose longer or shorter, as a camera would.

    Values are made linear in light (sRGB), multiplied by two to the power of `stops`, and encoded again; what gets
    brighter than white is white. Size is kept. Alpha and labels are left alone.
    """

    id = "image.exposure"
    examples = ({}, {"stops": 2}, {"stops": -3})
    references = ("IEC 61966-2-1, Default RGB colour space (sRGB)",)

    stops: Span = span(-0.7, 0.7, within=(-8, 8), unit="stops", doc="1 is twice the light, -1 half of it")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [colour.exposure(draw.stops, state.image.bits)]
