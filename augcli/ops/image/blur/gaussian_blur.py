from augcli.core.idioms import taps
from augcli.plugin import Draw, Filter, Op, Primitives, Span, State, levels, span


class GaussianBlur(Op):
    """Blur with a Gaussian kernel, cut off at three standard deviations.

    Image size and labels are kept. Do not use when the label depends on fine texture.
    """

    id = "image.gaussian_blur"
    examples = ({}, {"sigma_px": 3}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",)
    severities = levels(sigma_px=(1, 2, 3, 4, 6))

    sigma_px: Span = span(
        "0.15%",
        "0.7%",
        within=(0.05, 50),
        shares=True,
        unit="px",
        useful=(0.3, 5),
        scale="log",
        doc="standard deviation of the kernel",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        kernel = taps.gaussian(draw.sigma_px)
        return [Filter(kernel, kernel)]
