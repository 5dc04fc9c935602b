import math

from augcli.plugin import Curve, Draw, Op, Paint, Primitives, Span, State, Streaks, levels, span, table_of

_COLOUR = (0.97, 0.98, 1.0)
_MOST = 1800  # flakes in a square image at amount 1
_LEAST_PX = 2.0  # narrower ones would be lost in their own soft edges


class Snow(Op):
    """Add snow: falling flakes, and brightened light tones, as if snow lay on the ground.

    Near flakes are larger and brighter than distant ones. In small images, flakes are fewer and at least two pixels wide.
    Image size, alpha and labels are kept, since flakes hide little. Do not use for indoor images. The severities are
    augcli's own, because ImageNet-C blurs noise instead of drawing flakes.
    """

    id = "image.snow"
    version = 2
    keys = ("key",)
    examples = ({}, {"amount": 1, "flake": 0.02, "bleach": 1}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",)
    severities = levels(amount=(0.3, 0.5, 0.6, 0.8, 1), flake=(0.01, 0.01, 0.014, 0.014, 0.016), bleach=(0.4, 0.6, 0.6, 0.8, 1))

    amount: Span = span(0.2, 0.7, within=(0, 1), unit="", doc="density of flakes: 0 is none, 1 is a blizzard")
    flake: Span = span(
        0.006,
        0.011,
        within=(0.002, 0.05),
        unit="of the longer side",
        useful=(0.004, 0.02),
        scale="log",
        doc="width of the nearest flakes",
    )
    angle_deg: Span = span(
        -30,
        30,
        within=(-80, 80),
        unit="deg",
        useful=(-45, 45),
        doc="direction of fall: 0 straight down, above 0 to the right",
    )
    opacity: Span = span(0.7, 0.95, within=(0, 1), unit="", useful=(0.3, 1), doc="opacity of the near flakes")
    bleach: Span = span(0.1, 0.6, within=(0, 1), unit="", useful=(0, 0.8), doc="how much light tones are brightened")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        longer, wanted = max(width, height), draw.flake * max(width, height)
        size = max(wanted, _LEAST_PX)
        angle = math.radians(draw.angle_deg)
        count = round(_MOST * draw.amount * width * height / longer**2 * (wanted / size) ** 2)  # as much is covered
        soft = max(1, round(size * 0.3))
        flakes = Streaks(count, size * 0.5 * math.sin(angle), size * 0.5 * math.cos(angle), size, draw.key, soft)
        strength = draw.bleach
        curve = Curve.alike(table_of(lambda share: share + strength * share * share * (1 - share), state.image.bits))
        return [curve, Paint(flakes, _COLOUR, draw.opacity)]
