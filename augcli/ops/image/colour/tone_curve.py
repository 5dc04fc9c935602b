"""Another contrast in the shadows and in the highlights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.primitives.tone import Curve, table_of


class ToneCurve(Op):
    """Bend the tone curve by two handles, as in a photo editor.

    The curve is a cubic Bézier from black to white; its handles at one and two thirds are lifted or lowered. Unlike
    gamma it may brighten the shadows and darken the highlights at once. With `curves: 3` each colour gets its own, which
    gives a colour cast. Size and range are kept. Alpha and labels are left alone.
    """

    id: ClassVar[str] = "image.tone_curve"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"shadows": 0.3, "highlights": -0.3},
        {"curves": 3, "shadows": [-0.3, 0.3], "highlights": [-0.3, 0.3]},
    )

    curves: Literal[1, 3] = Field(1, description="1: the same curve for all colours; 3: one for each")
    shadows: Span = span(-0.15, 0.15, within=(-0.33, 0.33), per="curves", doc="how far the handle at one third is lifted")
    highlights: Span = span(-0.15, 0.15, within=(-0.33, 0.33), per="curves", doc="how far the handle at two thirds is lifted")

    def lower(self, draw: Any, state: State) -> Sequence[Curve]:
        tables = [
            _bezier(1 / 3 + low, 2 / 3 + high, state.image.bits) for low, high in zip(draw.shadows, draw.highlights, strict=True)
        ]
        return [Curve.alike(tables[0]) if len(tables) == 1 else Curve.of_colours(*tables)]


def _bezier(first: float, second: float, bits: int) -> tuple[int, ...]:
    """Handles at one and two thirds make the curve's parameter the value itself."""
    return table_of(lambda t: 3 * (1 - t) * t * ((1 - t) * first + t * second) + t * t * t, bits)
