from augcli.core.idioms import colour
from augcli.plugin import Draw, Op, Primitives, Span, State, levels, span


class Saturation(Op):
    """Move each pixel's colour away from, or towards, its own luma.

    Image size is kept; values outside the range are clamped. Alpha and labels are left unchanged, and so are greyscale
    images. Severities use the factors of ImageNet-C, except that the fifth is 10 instead of 20; severities 1 and 2 reduce
    the saturation, 3 to 5 increase it.
    """

    id = "image.saturation"
    examples = ({}, {"factor": {"value": 1.8}}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",)
    also = ("saturate",)
    severities = levels(factor=(0.3, 0.1, 2, 5, 10))

    factor: Span = span(
        0.8, 1.2, within=(0, 10), unit="", useful=(0.3, 1.7), peers_around=1, doc="0 is grey, 1 leaves the image unchanged"
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [colour.saturation(draw.factor)]
