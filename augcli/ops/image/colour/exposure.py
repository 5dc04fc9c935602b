from augcli.core.idioms import colour
from augcli.plugin import Draw, Op, Primitives, Span, State, span


class Exposure(Op):
    """Change the exposure in linear light, as a camera would.

    Values are converted to linear light (sRGB), multiplied by two to the power of `stops`, and encoded again; anything
    brighter than white becomes white. Image size is kept. Alpha and labels are left unchanged.
    """

    id = "image.exposure"
    examples = ({}, {"stops": 2}, {"stops": -3})
    references = ("IEC 61966-2-1, Default RGB colour space (sRGB)",)

    stops: Span = span(-0.7, 0.7, within=(-8, 8), unit="stops", useful=(-2, 2), doc="1 doubles the light, -1 halves it")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [colour.exposure(draw.stops, state.image.bits)]
