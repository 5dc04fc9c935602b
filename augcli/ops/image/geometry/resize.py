"""Another size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from augcli.core.ops.op import Op, State
from augcli.core.ops.options import Size
from augcli.core.primitives.image import Warp


class Resize(Op):
    """Resample the whole image to an exact size; proportions are not kept.

    Bilinear; where it makes smaller to less than half, whole blocks of pixels are averaged first. Boxes scale along.
    """

    id: ClassVar[str] = "image.resize"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({"size": 32}, {"size": [40, 24]}, {"size": 24, "interpolation": "nearest"})

    size: Size = Field(description="[width, height] in pixels, or one number for a square")
    interpolation: Literal["bilinear", "nearest"] = Field("bilinear", description="nearest keeps values as they are")

    def lower(self, draw: Any, state: State) -> Sequence[Warp]:
        width, height = state.image[:2]
        warp = Warp.cut((0, 0, width, height), self.size)
        return [warp if warp.interpolation == "any" else warp._replace(interpolation=self.interpolation)]
