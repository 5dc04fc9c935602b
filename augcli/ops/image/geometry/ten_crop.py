"""Four corners and the middle, and their mirror images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from augcli.core.idioms.placement import FIVE, laid, mirror
from augcli.core.ops.op import Op, State
from augcli.core.ops.options import BORDER_DOC, Border, Levels, Size, as_colour
from augcli.core.primitives.image import Warp


class TenCrop(Op):
    """Cut out one of ten parts: the first five copies as in five_crop, the next five from the mirror image.

    With `copies: 10` every source gives all ten. No value changes. Where the image is smaller than `size`, the rest
    is filled by `border`. Boxes and points move along, and are clipped. Not where left and right mean something.
    """

    id: ClassVar[str] = "image.ten_crop"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"size": 96}, {"size": [200, 100], "axis": "vertical"})

    size: Size = Field(description="[width, height] in pixels, or one number for a square")
    axis: Literal["horizontal", "vertical"] = Field("horizontal", description="how the other five are mirrored, as in flip")
    border: Border = Field("reflect", description=BORDER_DOC)
    fill: Levels = Field((0, 0, 0), description="colour for border: constant")

    def lower(self, draw: Any, state: State) -> Sequence[Warp]:
        crop = laid(state.image, self.size, FIVE[state.copy % 5], self.border, as_colour(self.fill))
        return [crop] if state.copy % 10 < 5 else [mirror(state.image, self.axis), crop]
