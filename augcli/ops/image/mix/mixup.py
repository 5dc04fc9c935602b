from typing import Literal

from augcli.core.idioms.placement import cover
from augcli.plugin import Beta, Blend, Draw, Layer, Op, Primitives, Span, State, option, span


class Mixup(Op):
    """Blend with another image of the dataset (mixup): share·this + (1 − share)·partner.

    The partner is scaled to cover this image's canvas and centred. The class becomes a soft label with the same weights.
    Do not use for detection, or when a blend of two images is meaningless.
    """

    id = "image.mixup"
    partners = 1
    keeps_label = False
    examples = ({}, {"share": 0.7, "partner": "other_class"})
    references = ("Zhang et al., mixup: Beyond empirical risk minimization, arXiv:1710.09412",)

    share: Span = span(draw=Beta(0.4, 0.4), within=(0, 1), unit="", doc="share of this image in the result (λ)")
    partner: Literal["any", "same_class", "other_class"] = option("any", doc="classes from which the partner is chosen")

    def lower(self, draw: Draw, state: State) -> Primitives:
        number = state.first_partner
        width, height = state.image[:2]
        warp = cover(state.partner_image(number), (width, height))
        return [Blend((Layer(number, (warp,), 1 - draw.share, (0, 0, width, height)),))]
