from typing import Literal

from augcli.core.idioms.placement import with_side
from augcli.plugin import Draw, Op, Primitives, Span, State, option, span


class LongestSide(Op):
    """Resize the image so that its longer side has a given length, keeping its proportions.

    The result fits into a square of that length. Bilinear; when shrinking by more than half, blocks of pixels are
    averaged first. Boxes and points are scaled. Do not use when the model should learn absolute size.
    """

    id = "image.longest_side"
    examples = ({}, {"length_px": 40, "only_shrink": True})

    length_px: Span = span(
        256, within=(1, 65_535), whole=True, unit="px", useful=(32, 2048), scale="log", doc="length of the longer side"
    )
    only_shrink: bool = option(False, doc="leave an image unchanged if its longer side is already shorter")
    interpolation: Literal["bilinear", "nearest"] = option("bilinear", doc="nearest keeps original pixel values")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return with_side(state.image, max(state.image[:2]), draw.length_px, self.only_shrink, self.interpolation)
