from typing import Literal

from augcli.plugin import Draw, Op, Primitives, Size, State, Warp, option


class Resize(Op):
    """Resample the whole image to an exact size; proportions are not kept.

    Bilinear; where it makes smaller to less than half, whole blocks of pixels are averaged first. Boxes scale along.
    """

    id = "image.resize"
    examples = ({"size": 32}, {"size": [40, 24]}, {"size": 24, "interpolation": "nearest"})

    size: Size = option(doc="[width, height] in pixels, or one number for a square")
    interpolation: Literal["bilinear", "nearest"] = option("bilinear", doc="nearest keeps values as they are")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        warp = Warp.cut((0, 0, width, height), self.size)
        return [warp if warp.interpolation == "any" else warp._replace(interpolation=self.interpolation)]
