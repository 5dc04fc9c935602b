from augcli.core.idioms import taps
from augcli.plugin import Draw, Filter, Op, Primitives, Span, Spread, State, levels, span


class GlassBlur(Op):
    """Blur slightly, replace every pixel with one of its neighbours, and blur again.

    Image size is kept. Labels are left unchanged: nothing moves farther than `radius_px`. Do not use when the label
    depends on fine texture. On average, severities move pixels as far as the repeated swaps of ImageNet-C do.
    """

    id = "image.glass_blur"
    keys = ("key",)
    examples = ({}, {"radius_px": 8, "sigma_px": 1.5}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",)
    severities = levels(sigma_px=(0.7, 0.9, 1, 1.1, 1.5), radius_px=(2, 3, 5, 6, 8))

    radius_px: Span = span(
        "0.4%",
        "1.3%",
        within=(1, 20),
        shares=True,
        whole=True,
        unit="px",
        useful=(1, 8),
        scale="log",
        doc="maximum distance of the neighbour along each axis",
    )
    sigma_px: Span = span(
        "0.18%",
        "0.36%",
        within=(0.05, 10),
        shares=True,
        unit="px",
        useful=(0.3, 2),
        scale="log",
        doc="standard deviation of both blurs",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        kernel = taps.gaussian(draw.sigma_px)
        return [Filter(kernel, kernel), Spread(draw.radius_px, draw.key), Filter(kernel, kernel)]
