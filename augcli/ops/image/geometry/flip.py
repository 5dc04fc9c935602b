"""The mirror image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from augcli.core.ops.op import Op, State
from augcli.core.primitives.image import Warp


class Flip(Op):
    """Mirror the image left to right, or top to bottom.

    Exact: no value changes, only places do. Size and range are kept. Boxes, points and masks are mirrored.
    Not for images in which left and right mean something (text, traffic signs, hands).
    """

    id: ClassVar[str] = "image.flip"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"axis": "vertical"})

    axis: Literal["horizontal", "vertical"] = Field(
        "horizontal", description="horizontal: left becomes right; vertical: top becomes bottom"
    )

    def lower(self, draw: Any, state: State) -> Sequence[Warp]:
        width, height = state.image[:2]
        if self.axis == "horizontal":
            return [Warp((-1.0, 0.0, float(width), 0.0, 1.0, 0.0, 0.0, 0.0, 1.0), (width, height))]
        return [Warp((1.0, 0.0, 0.0, 0.0, -1.0, float(height), 0.0, 0.0, 1.0), (width, height))]
