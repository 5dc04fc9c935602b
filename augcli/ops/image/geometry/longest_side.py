from typing import Literal

from augcli.core.idioms.placement import scaled
from augcli.plugin import Draw, Op, Primitives, Span, State, option, span


class LongestSide(Op):
    """Resample the image so that its longer side has a given length; proportions are kept.

    The result fits into a square of that length. Bilinear; where it makes smaller to less than half, whole blocks of
    pixels are averaged first. Boxes and points scale along. Not where absolute size is what is to be learned.
    """

    id = "image.longest_side"
    examples = ({}, {"length_px": 40, "only_shrink": True})

    length_px: Span = span(256, within=(1, 65_535), whole=True, unit="px", doc="length of the longer side")
    only_shrink: bool = option(False, doc="leave images as they are whose longer side is shorter")
    interpolation: Literal["bilinear", "nearest"] = option("bilinear", doc="nearest keeps values as they are")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        side = max(width, height)
        if self.only_shrink and side <= draw.length_px:
            return []
        return [scaled(state.image, draw.length_px / side, self.interpolation)]
