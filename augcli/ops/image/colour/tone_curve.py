from typing import Literal

from augcli.plugin import Curve, Draw, Op, Primitives, Span, State, option, span, table_of


class ToneCurve(Op):
    """Bend the tone curve with two handles, as the curves tool of a photo editor does.

    The curve is a cubic Bézier from black to white; its handles at one third and two thirds are raised or lowered. Unlike
    gamma, it can brighten the shadows and darken the highlights at the same time. With `curves: 3`, each channel has its
    own curve, which produces a colour cast. Image size and value range are kept. Alpha and labels are left unchanged.
    """

    id = "image.tone_curve"
    examples = (
        {},
        {"shadows": 0.3, "highlights": -0.3},
        {"curves": 3, "shadows": [-0.3, 0.3], "highlights": [-0.3, 0.3]},
    )

    curves: Literal[1, 3] = option(1, unit="", doc="1: the same curve for all channels; 3: one for each")
    shadows: Span = span(
        -0.15,
        0.15,
        within=(-0.33, 0.33),
        per="curves",
        unit="",
        doc="how far the handle at one third is raised (below 0: lowered), as a share of full scale",
    )
    highlights: Span = span(
        -0.15,
        0.15,
        within=(-0.33, 0.33),
        per="curves",
        unit="",
        doc="how far the handle at two thirds is raised (below 0: lowered), as a share of full scale",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        tables = [
            _bezier(1 / 3 + low, 2 / 3 + high, state.image.bits) for low, high in zip(draw.shadows, draw.highlights, strict=True)
        ]
        return [Curve.alike(tables[0]) if len(tables) == 1 else Curve.of_colours(*tables)]


def _bezier(first: float, second: float, bits: int) -> tuple[int, ...]:
    """Handles at one and two thirds make the curve's parameter the value itself."""
    return table_of(lambda t: 3 * (1 - t) * t * ((1 - t) * first + t * second) + t * t * t, bits)
