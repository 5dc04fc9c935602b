from augcli.core.idioms import taps
from augcli.plugin import Draw, Filter2D, Op, Primitives, Span, State, levels, span


class Defocus(Op):
    """Blur with a disc-shaped kernel, as an out-of-focus lens does; bright dots become discs.

    Image size and labels are kept. Do not use when the label depends on fine texture. For a softer blur, use
    `gaussian_blur`.
    """

    id = "image.defocus"
    examples = ({}, {"radius_px": 10}, {"severity": 3})
    references = (
        "Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C: radius 3 to 10), arXiv:1903.12261",
    )
    also = ("defocus_blur",)
    severities = levels(radius_px=(3, 4, 6, 8, 10))

    radius_px: Span = span(
        "0.7%",
        "1.8%",
        within=(0.5, 20),
        shares=True,
        unit="px",
        useful=(0.5, 10),
        scale="log",
        doc="radius of the disc; its rim is antialiased",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Filter2D(taps.disc(draw.radius_px))]
