from augcli.core.idioms import taps
from augcli.plugin import Draw, Filter2D, Op, Primitives, Span, State, levels, span


class Defocus(Op):
    """Spread each pixel over a disc, as a lens out of focus does: bright dots become discs.

    Size is kept. Labels are left alone. Not where fine texture decides the label. Softer: `gaussian_blur`.
    """

    id = "image.defocus"
    examples = ({}, {"radius_px": 10}, {"severity": 3})
    references = (
        "Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C: radius 3 to 10), arXiv:1903.12261",
    )
    also = ("defocus_blur",)
    severities = levels(radius_px=(3, 4, 6, 8, 10))

    radius_px: Span = span(1.5, 4, within=(0.5, 20), unit="px", doc="radius of the disc; its rim is antialiased")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Filter2D(taps.disc(draw.radius_px))]
