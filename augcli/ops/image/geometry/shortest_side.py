from typing import Literal

from augcli.core.idioms.placement import with_side
from augcli.plugin import Draw, Op, Primitives, Span, State, option, span


class ShortestSide(Op):
    """Resize the image so that its shorter side has a given length, keeping its proportions.

    The result covers a square of that length. Bilinear; when shrinking by more than half, blocks of pixels are averaged
    first. Boxes and points are scaled. Do not use when the model should learn absolute size.
    """

    id = "image.shortest_side"
    examples = ({}, {"length_px": [300, 400], "interpolation": "nearest"})

    length_px: Span = span(
        256, within=(1, 65_535), whole=True, unit="px", useful=(32, 2048), scale="log", doc="length of the shorter side"
    )
    only_shrink: bool = option(False, doc="leave an image unchanged if its shorter side is already shorter")
    interpolation: Literal["bilinear", "nearest"] = option("bilinear", doc="nearest keeps original pixel values")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return with_side(state.image, min(state.image[:2]), draw.length_px, self.only_shrink, self.interpolation)
