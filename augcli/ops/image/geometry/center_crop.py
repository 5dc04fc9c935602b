"""The middle of the image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.idioms.placement import Anchor, laid
from augcli.core.ops.op import Op, State
from augcli.core.ops.options import BORDER_DOC, Border, Levels, Size, as_colour
from augcli.core.primitives.image import Warp


class CenterCrop(Op):
    """Cut out the middle, or what lies at another `anchor`, in a fixed size.

    No value changes. Where the image is smaller than `size`, the rest is filled by `border`. Boxes and points move
    along, and are clipped. Nothing is drawn: to choose a place at random, use crop.
    """

    id: ClassVar[str] = "image.center_crop"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"size": 96},
        {"size": [300, 100], "anchor": "bottom_right", "border": "constant", "hard": True},
    )

    size: Size = Field(description="[width, height] in pixels, or one number for a square")
    anchor: Anchor = Field("center", description="which part is kept")
    border: Border = Field("reflect", description=BORDER_DOC)
    fill: Levels = Field((0, 0, 0), description="colour for border: constant")
    hard: bool = Field(False, description="cut here: later moves do not look beyond this canvas")

    def lower(self, draw: Any, state: State) -> Sequence[Warp]:
        return [laid(state.image, self.size, self.anchor, self.border, as_colour(self.fill), self.hard)]
