from augcli.core.idioms import taps
from augcli.plugin import Draw, Level, Op, Primitives, Span, State, Unsharp, option, span


class UnsharpMask(Op):
    """Add what a Gaussian blur takes away: edges of a chosen width get stronger.

    Range is kept by clamping. Size is kept; alpha and labels are left alone.
    """

    id = "image.unsharp_mask"
    examples = ({}, {"sigma_px": 5, "amount": 3, "threshold": 4})

    sigma_px: Span = span(0.8, 2, within=(0.05, 50), unit="px", doc="standard deviation of the blur: the width of edges")
    amount: Span = span(0.3, 1, within=(0, 10), doc="how much of what the blur takes away is added")
    threshold: Level = option(0, doc="detail loses so many levels of 255, so that fine noise is not sharpened")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Unsharp(taps.gaussian(draw.sigma_px), draw.amount, float(self.threshold))]
