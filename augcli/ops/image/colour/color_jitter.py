from itertools import permutations

from augcli.core.idioms import colour
from augcli.plugin import Draw, Op, Primitives, Span, State, span

_ORDERS = tuple(permutations(range(4)))


class ColorJitter(Op):
    """Change brightness, contrast, saturation and hue, in a random order.

    All four become one linear map and are clamped once. Size is kept. Alpha and labels are left alone.
    Not where colour is the label; set `hue_deg: 0` there.
    """

    id = "image.color_jitter"
    examples = (
        {},
        {"brightness": 1.4, "contrast": 0.6, "saturation": 1.4, "hue_deg": 30, "order": 0},
    )

    brightness: Span = span(0.8, 1.2, within=(0, 10), doc="factor; 1 leaves the image as it is")
    contrast: Span = span(0.8, 1.2, within=(0, 10), doc="factor; 1 leaves the image as it is")
    saturation: Span = span(0.8, 1.2, within=(0, 10), doc="factor; 1 leaves the image as it is")
    hue_deg: Span = span(-18, 18, within=(-180, 180), unit="deg", doc="turn of the colour circle")
    order: Span = span(0, 23, within=(0, 23), whole=True, doc="which of the 24 orders; 0 is as listed here")

    def lower(self, draw: Draw, state: State) -> Primitives:
        maps = (
            colour.brightness(draw.brightness),
            colour.contrast(draw.contrast),
            colour.saturation(draw.saturation),
            colour.hue(draw.hue_deg),
        )
        return [maps[number] for number in _ORDERS[draw.order]]
