import math

from augcli.core.primitives.neighbours import ZoomMean
from augcli.plugin import Draw, Op, Primitives, Span, State, levels, span

_STEP_PX = 3  # the corners move so far from one to the next …
_MOST_STEPS = 32  # … or, in large images, farther


class ZoomBlur(Op):
    """Average the image with enlarged versions of itself, as if the camera had moved forward during the exposure.

    The centre stays sharp, while outer areas are smeared outwards. Image size is kept. Labels are left unchanged,
    although content near the edge is smeared by half of `amount` times its distance from the centre, on average.
    """

    id = "image.zoom_blur"
    examples = ({}, {"amount": 0.3}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C: 0.1 to 0.3), arXiv:1903.12261",)
    severities = levels(amount=(0.11, 0.15, 0.2, 0.24, 0.3))

    amount: Span = span(
        0.02,
        0.1,
        within=(0.001, 0.5),
        unit="",
        useful=(0.01, 0.2),
        scale="log",
        doc="additional size of the largest version: 0.1 enlarges by up to 10 %",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        corner_px = math.hypot(width, height) / 2 * draw.amount / (1 + draw.amount)
        return [ZoomMean(draw.amount, min(_MOST_STEPS, 2 + math.ceil(corner_px / _STEP_PX)))]
