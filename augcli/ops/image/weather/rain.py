import math

from augcli.plugin import ColourMatrix, Draw, Op, Paint, Primitives, Span, State, Streaks, span

_COLOUR = (0.82, 0.84, 0.87)
_MOST = 1500  # streaks in a square image at amount 1
_WIDTH = 1 / 500  # of the longer side


class Rain(Op):
    """Add rain: slanted bright streaks over a darker, greyer scene.

    Near streaks are longer, wider and brighter than distant ones. In small images, streaks are fewer and at least one
    pixel wide. Image size, alpha and labels are kept, since streaks hide little. Do not use for indoor images.
    """

    id = "image.rain"
    version = 2
    keys = ("key",)
    examples = ({}, {"amount": 1, "length": 0.15, "angle_deg": 30})

    amount: Span = span(0.2, 0.6, within=(0, 1), unit="", doc="density of streaks: 0 is none, 1 is a downpour")
    length: Span = span(
        0.03,
        0.08,
        within=(0.005, 0.5),
        unit="of the longer side",
        useful=(0.01, 0.15),
        scale="log",
        doc="length of the longest streaks",
    )
    angle_deg: Span = span(
        -15,
        15,
        within=(-80, 80),
        unit="deg",
        useful=(-30, 30),
        doc="direction of fall: 0 straight down, above 0 to the right",
    )
    opacity: Span = span(0.6, 0.9, within=(0, 1), unit="", useful=(0.3, 1), doc="opacity of the near streaks")
    dullness: Span = span(0.05, 0.25, within=(0, 1), unit="", useful=(0, 0.5), doc="how much darker and greyer the scene becomes")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        longer, length = max(width, height), draw.length * max(width, height)
        angle = math.radians(draw.angle_deg)
        wide = max(1.0, longer * _WIDTH)
        count = round(_MOST * draw.amount * width * height / longer**2 * (longer * _WIDTH / wide))  # as much is covered
        shape = Streaks(count, length * math.sin(angle), length * math.cos(angle), wide, draw.key, _soft_px(longer))
        return [_dull(draw.dullness), Paint(shape, _COLOUR, draw.opacity)]


def _dull(amount: float) -> ColourMatrix:
    """Colours taken halfway to grey, and darker."""
    keep, light = 1 - amount, 1 - amount * 0.8
    grey = [light * (1 - keep) * share for share in (0.299, 0.587, 0.114)]
    matrix = [grey[column] + (light * keep if row == column else 0.0) for row in range(3) for column in range(3)]
    return ColourMatrix.linear(tuple(matrix))


def _soft_px(longer: int) -> int:
    """As blurred in large images as in small ones."""
    return max(1, longer // 500)
