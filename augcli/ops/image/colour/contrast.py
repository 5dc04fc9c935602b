from augcli.core.idioms import colour
from augcli.plugin import Draw, Op, Primitives, Span, State, levels, span


class Contrast(Op):
    """Move all colours away from, or towards, the mean luma of the image.

    Image size is kept; values outside the range are clamped. Alpha and labels are left unchanged.
    """

    id = "image.contrast"
    examples = ({}, {"factor": {"value": 1.5}}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",)
    severities = levels(factor=(0.4, 0.3, 0.2, 0.1, 0.05))

    factor: Span = span(
        0.8, 1.2, within=(0, 10), unit="", useful=(0.5, 1.5), peers_around=1, doc="0 is plain grey, 1 leaves the image unchanged"
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [colour.contrast(draw.factor)]
