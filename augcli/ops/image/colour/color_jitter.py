from itertools import permutations

from augcli.core.idioms import colour
from augcli.plugin import Draw, Op, Primitives, Span, State, span

_ORDERS = tuple(permutations(range(4)))


class ColorJitter(Op):
    """Change brightness, contrast, saturation and hue, in random order.

    All four are combined into one linear map, so values are clamped only once. Image size is kept. Alpha and labels are
    left unchanged. Do not use when the label depends on colour, or set `hue_deg: 0`.
    """

    id = "image.color_jitter"
    examples = (
        {},
        {
            "brightness": {"value": 1.4},
            "contrast": {"value": 0.6},
            "saturation": {"value": 1.4},
            "hue_deg": {"value": 30},
            "order": 0,
        },
    )

    brightness: Span = span(
        0.8, 1.2, within=(0, 10), unit="", useful=(0.5, 1.5), peers_around=1, doc="factor; 1 leaves the image unchanged"
    )
    contrast: Span = span(
        0.8, 1.2, within=(0, 10), unit="", useful=(0.5, 1.5), peers_around=1, doc="factor; 1 leaves the image unchanged"
    )
    saturation: Span = span(
        0.8, 1.2, within=(0, 10), unit="", useful=(0.5, 1.5), peers_around=1, doc="factor; 1 leaves the image unchanged"
    )
    hue_deg: Span = span(
        -18, 18, within=(-180, 180), unit="deg", useful=(-45, 45), peers_around=0, doc="hue rotation; 120 turns red into green"
    )
    order: Span = span(
        0,
        23,
        within=(0, 23),
        whole=True,
        unit="",
        doc="which of the 24 possible orders; 0 is brightness, contrast, saturation, hue",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        maps = (
            colour.brightness(draw.brightness),
            colour.contrast(draw.contrast),
            colour.saturation(draw.saturation),
            colour.hue(draw.hue_deg),
        )
        return [maps[number] for number in _ORDERS[draw.order]]
