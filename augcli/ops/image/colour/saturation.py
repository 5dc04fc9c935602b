from augcli.core.idioms import colour
from augcli.plugin import Draw, Op, Primitives, Span, State, levels, span


class Saturation(Op):
    """Move each pixel away from its own luma, or towards it.

    Size is kept; what leaves the range is clamped. Alpha and labels are left alone; grey images stay as they are.
    Severities multiply as ImageNet-C does, but for 20 in the fifth, which is 10 here; 1 and 2 take colour away.
    """

    id = "image.saturation"
    examples = ({}, {"factor": 1.8}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",)
    also = ("saturate",)
    severities = levels(factor=(0.3, 0.1, 2, 5, 10))

    factor: Span = span(0.8, 1.2, within=(0, 10), doc="0 is grey, 1 leaves the image as it is")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [colour.saturation(draw.factor)]
