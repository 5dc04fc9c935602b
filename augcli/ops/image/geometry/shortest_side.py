"""The shorter side to a length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.idioms.placement import scaled
from augcli.core.ops.op import Op, State
from augcli.core.primitives.image import Warp


class ShortestSide(Op):
    """Resample the image so that its shorter side has a given length; proportions are kept.

    The result covers a square of that length. Bilinear; where it makes smaller to less than half, whole blocks of
    pixels are averaged first. Boxes and points scale along. Not where absolute size is what is to be learned.
    """

    id: ClassVar[str] = "image.shortest_side"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"length_px": [300, 400], "interpolation": "nearest"})

    length_px: Span = span(256, within=(1, 65_535), whole=True, unit="px", doc="length of the shorter side")
    only_shrink: bool = Field(False, description="leave images as they are whose shorter side is shorter")
    interpolation: Literal["bilinear", "nearest"] = Field("bilinear", description="nearest keeps values as they are")

    def lower(self, draw: Any, state: State) -> Sequence[Warp]:
        width, height = state.image[:2]
        side = min(width, height)
        if self.only_shrink and side <= draw.length_px:
            return []
        return [scaled(state.image, draw.length_px / side, self.interpolation)]
