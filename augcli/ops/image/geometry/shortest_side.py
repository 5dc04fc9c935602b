from typing import Literal

from augcli.core.idioms.placement import scaled
from augcli.plugin import Draw, Op, Primitives, Span, State, option, span


class ShortestSide(Op):
    """Resample the image so that its shorter side has a given length; proportions are kept.

    The result covers a square of that length. Bilinear; where it makes smaller to less than half, whole blocks of
    pixels are averaged first. Boxes and points scale along. Not where absolute size is what is to be learned.
    """

    id = "image.shortest_side"
    examples = ({}, {"length_px": [300, 400], "interpolation": "nearest"})

    length_px: Span = span(256, within=(1, 65_535), whole=True, unit="px", doc="length of the shorter side")
    only_shrink: bool = option(False, doc="leave images as they are whose shorter side is shorter")
    interpolation: Literal["bilinear", "nearest"] = option("bilinear", doc="nearest keeps values as they are")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        side = min(width, height)
        if self.only_shrink and side <= draw.length_px:
            return []
        return [scaled(state.image, draw.length_px / side, self.interpolation)]
