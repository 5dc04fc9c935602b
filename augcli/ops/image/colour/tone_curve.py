from typing import Literal

from augcli.plugin import Curve, Draw, Op, Primitives, Span, State, option, span, table_of


class ToneCurve(Op):
    """Bend the tone curve by two handles, as in a photo editor.

    The curve is a cubic Bézier from black to white; its handles at one and two thirds are lifted or lowered. Unlike
    gamma it may brighten the shadows and darken the highlights at once. With `curves: 3` each colour gets its own, which
    gives a colour cast. Size and range are kept. Alpha and labels are left alone.
    """

    id = "image.tone_curve"
    examples = (
        {},
        {"shadows": 0.3, "highlights": -0.3},
        {"curves": 3, "shadows": [-0.3, 0.3], "highlights": [-0.3, 0.3]},
    )

    curves: Literal[1, 3] = option(1, doc="1: the same curve for all colours; 3: one for each")
    shadows: Span = span(-0.15, 0.15, within=(-0.33, 0.33), per="curves", doc="how far the handle at one third is lifted")
    highlights: Span = span(-0.15, 0.15, within=(-0.33, 0.33), per="curves", doc="how far the handle at two thirds is lifted")

    def lower(self, draw: Draw, state: State) -> Primitives:
        tables = [
            _bezier(1 / 3 + low, 2 / 3 + high, state.image.bits) for low, high in zip(draw.shadows, draw.highlights, strict=True)
        ]
        return [Curve.alike(tables[0]) if len(tables) == 1 else Curve.of_colours(*tables)]


def _bezier(first: float, second: float, bits: int) -> tuple[int, ...]:
    """Handles at one and two thirds make the curve's parameter the value itself."""
    return table_of(lambda t: 3 * (1 - t) * t * ((1 - t) * first + t * second) + t * t * t, bits)
