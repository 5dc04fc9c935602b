from augcli.core.idioms import colour
from augcli.plugin import Draw, Op, Primitives, Span, State, levels, span


class Brightness(Op):
    """Multiply all colours by a factor.

    Image size is kept; values outside the range are clamped. Alpha and labels are left unchanged. ImageNet-C adds a
    constant instead; the severities brighten mid-grey by the same 0.1 to 0.5 of full scale.
    """

    id = "image.brightness"
    examples = ({}, {"factor": {"value": 1.5}}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",)
    severities = levels(factor=(1.2, 1.4, 1.6, 1.8, 2))

    factor: Span = span(
        0.8, 1.2, within=(0, 10), unit="", useful=(0.5, 1.5), peers_around=1, doc="0 is black, 1 leaves the image unchanged"
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [colour.brightness(draw.factor)]
