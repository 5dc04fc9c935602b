from augcli.core.idioms import taps
from augcli.plugin import Draw, Level, Op, Primitives, Span, State, Unsharp, option, span


class UnsharpMask(Op):
    """Sharpen by adding the detail that a Gaussian blur removes; `sigma_px` sets the width of the edges.

    Values outside the range are clamped. Image size, alpha and labels are kept.
    """

    id = "image.unsharp_mask"
    examples = ({}, {"sigma_px": 5, "amount": 3, "threshold": 4})

    sigma_px: Span = span(
        "0.36%",
        "0.9%",
        within=(0.05, 50),
        shares=True,
        unit="px",
        useful=(0.5, 5),
        scale="log",
        doc="standard deviation of the blur: larger values sharpen wider edges",
    )
    amount: Span = span(0.3, 1, within=(0, 10), unit="", useful=(0, 2), doc="how much of the detail is added; 1 adds it once")
    threshold: Level = option(
        0,
        unit="of 255 levels",
        useful=(0, 20),
        doc="the detail is reduced by this many levels, so that fine noise is not sharpened",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Unsharp(taps.gaussian(draw.sigma_px), draw.amount, float(self.threshold))]
