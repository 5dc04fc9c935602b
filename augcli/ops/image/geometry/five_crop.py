"""Four corners and the middle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.idioms.placement import FIVE, laid
from augcli.core.ops.op import Op, State
from augcli.core.ops.options import BORDER_DOC, Border, Levels, Size, as_colour
from augcli.core.primitives.image import Warp


class FiveCrop(Op):
    """Cut out one of five parts: copy 0 shows the top left, then top right, bottom left, bottom right, the middle.

    With `copies: 5` every source gives all five; a sixth copy begins anew. No value changes. Where the image is
    smaller than `size`, the rest is filled by `border`. Boxes and points move along, and are clipped.
    """

    id: ClassVar[str] = "image.five_crop"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"size": 96}, {"size": [200, 100], "border": "constant"})

    size: Size = Field(description="[width, height] in pixels, or one number for a square")
    border: Border = Field("reflect", description=BORDER_DOC)
    fill: Levels = Field((0, 0, 0), description="colour for border: constant")

    def lower(self, draw: Any, state: State) -> Sequence[Warp]:
        return [laid(state.image, self.size, FIVE[state.copy % 5], self.border, as_colour(self.fill))]
