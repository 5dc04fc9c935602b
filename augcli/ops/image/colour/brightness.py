from augcli.core.idioms import colour
from augcli.plugin import Draw, Op, Primitives, Span, State, levels, span


class Brightness(Op):
    """Multiply all colours by a factor.

    Size is kept; what leaves the range is clamped. Alpha and labels are left alone. Severities lift a mid-grey by 0.1 to
    0.5 of full scale, as ImageNet-C lifts every value.
    """

    id = "image.brightness"
    examples = ({}, {"factor": 1.5}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",)
    severities = levels(factor=(1.2, 1.4, 1.6, 1.8, 2))

    factor: Span = span(0.8, 1.2, within=(0, 10), doc="0 is black, 1 leaves the image as it is")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [colour.brightness(draw.factor)]
