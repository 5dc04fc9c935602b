from typing import Literal

from augcli.core.idioms.placement import resized
from augcli.plugin import Draw, Op, Primitives, Size, State, option


class Resize(Op):
    """Resize the whole image to an exact size, without keeping its proportions.

    Bilinear; when shrinking by more than half, blocks of pixels are averaged first. Boxes are scaled.
    """

    id = "image.resize"
    examples = ({"size": 32}, {"size": [40, 24]}, {"size": 24, "interpolation": "nearest"})

    size: Size = option(unit="px", useful=(32, 1024), scale="log", doc="[width, height] in pixels, or one number for a square")
    interpolation: Literal["bilinear", "nearest"] = option("bilinear", doc="nearest keeps original pixel values")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [resized(state.image, self.size, self.interpolation)]
