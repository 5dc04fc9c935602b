"""Quarter turns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.primitives.image import Warp
from augcli.core.values.matrix import multiply, rotation, translation


class Rotate90(Op):
    """Turn the image by whole quarter turns.

    Exact: no value changes, only places do. Width and height change places for odd turns. Boxes, points and masks
    turn with it. For images without an upright: seen from above, through a microscope.
    """

    id: ClassVar[str] = "image.rotate90"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"turns": {"choice": [1, 3]}})

    turns: Span = span(1, 3, within=(0, 3), whole=True, unit="quarter turns", doc="counter-clockwise as seen")

    def lower(self, draw: Any, state: State) -> Sequence[Warp]:
        width, height = state.image[:2]
        shift = ((0, 0), (0, width), (width, height), (height, 0))[draw.turns]
        size = (height, width) if draw.turns % 2 else (width, height)
        return [Warp(multiply(translation(*map(float, shift)), rotation(90.0 * draw.turns)), size)]
