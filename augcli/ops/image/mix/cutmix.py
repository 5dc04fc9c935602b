import math
from typing import Literal

from augcli.core.idioms.placement import cover
from augcli.plugin import Blend, Draw, Layer, Op, Primitives, Span, State, option, span


class Cutmix(Op):
    """Replace a rectangle with the same rectangle from another image of the dataset (CutMix).

    The rectangle has this image's proportions and covers 1 − share of it, clipped at the edges; the soft label is
    calculated from the pixels actually covered. The partner is scaled to cover this image's canvas and centred.
    """

    id = "image.cutmix"
    partners = 1
    keeps_label = False
    examples = ({}, {"share": 0.6, "x": 0.5, "y": 0.5})
    references = ("Yun et al., CutMix, arXiv:1905.04899",)

    share: Span = span(0, 1, within=(0, 1), unit="", doc="share of this image that remains (λ), before clipping")
    x: Span = span(0, 1, within=(0, 1), unit="", doc="centre of the rectangle: 0 left, 1 right")
    y: Span = span(0, 1, within=(0, 1), unit="", doc="centre of the rectangle: 0 top, 1 bottom")
    partner: Literal["any", "same_class", "other_class"] = option("any", doc="classes from which the partner is chosen")

    def lower(self, draw: Draw, state: State) -> Primitives:
        number = state.first_partner
        width, height = state.image[:2]
        side = math.sqrt(1 - draw.share)
        left, right = round((draw.x - side / 2) * width), round((draw.x + side / 2) * width)
        top, bottom = round((draw.y - side / 2) * height), round((draw.y + side / 2) * height)
        region = (max(0, left), max(0, top), min(width, right), min(height, bottom))
        if region[0] >= region[2] or region[1] >= region[3]:
            return []
        return [Blend((Layer(number, (cover(state.partner_image(number), (width, height)),), 1.0, region),))]
