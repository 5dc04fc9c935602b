"""Seen from another place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.chance import uniforms
from augcli.core.fields import Span, span
from augcli.core.matrix import multiply, onto_corners, scaling
from augcli.core.op import Op, State
from augcli.core.options import BORDER_DOC, Border, Levels, as_colour
from augcli.core.primitives.image import Warp


class Perspective(Op):
    """Move each of the four corners by itself, as if the picture hung on a wall seen from somewhere else.

    Straight lines stay straight. Size and range are kept; what is left free is filled by `border`. Boxes become the
    hull of the moved box. Not where shapes or proportions are what is to be learned.
    """

    id: ClassVar[str] = "image.perspective"
    keys: ClassVar[tuple[str, ...]] = ("key",)
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"distortion": 0.24, "border": "constant"})

    # Below a quarter, corners cannot become concave, and the horizon stays off the canvas.
    distortion: Span = span(
        0.05, 0.15, within=(0, 0.24), unit="of the side", doc="a corner moves by up to this, inwards or outwards, along each axis"
    )
    border: Border = Field("reflect", description=BORDER_DOC)
    fill: Levels = Field((0, 0, 0), description="colour for border: constant")

    def lower(self, draw: Any, state: State) -> Sequence[Warp]:
        width, height = state.image[:2]
        moves = [draw.distortion * (2 * u - 1) for u in uniforms(draw.key, 8)]
        corners = [
            ((x + moves[2 * number]) * width, (y + moves[2 * number + 1]) * height)
            for number, (x, y) in enumerate(((0, 0), (1, 0), (1, 1), (0, 1)))
        ]
        matrix = multiply(onto_corners(corners), scaling(1 / width, 1 / height))
        return [Warp(matrix, (width, height), self.border, as_colour(self.fill), "bilinear")]
