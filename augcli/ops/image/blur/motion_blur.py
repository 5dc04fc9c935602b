from augcli.core.idioms import taps
from augcli.plugin import Draw, Filter2D, Op, Primitives, Span, State, levels, span


class MotionBlur(Op):
    """Average along a straight line, as if the camera had moved during the exposure.

    The line is centred on each pixel, so nothing shifts, and can have any length and angle. Image size and labels are
    kept. Severities have the same variance as the one-sided Gaussians of ImageNet-C.
    """

    id = "image.motion_blur"
    examples = ({}, {"length_px": 40, "angle_deg": 30}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",)
    severities = levels(length_px=(6.6, 10.8, 17, 23.8, 30.2), angle_deg=[-45, 45])

    length_px: Span = span(
        "1.8%", "5.4%", within=(1, 100), shares=True, unit="px", useful=(2, 30), scale="log", doc="length of the line"
    )
    angle_deg: Span = span(
        0,
        180,
        within=(-360, 360),
        unit="deg",
        useful=(0, 180),
        doc="direction of the motion: 0 horizontal, 90 vertical, 45 rising to the right",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Filter2D(taps.line(draw.length_px, draw.angle_deg))]
