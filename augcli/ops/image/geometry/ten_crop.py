from typing import Literal

from augcli.core.idioms.placement import FIVE, TOO_SMALL_DOC, TooSmall, cropped, mirror
from augcli.plugin import BORDER_DOC, Border, Draw, Levels, Op, Primitives, Size, State, as_colour, option


class TenCrop(Op):
    """Crop one of ten parts: copies 0 to 4 as in `five_crop`, copies 5 to 9 the same from the mirrored image.

    With `copies: 10`, every sample yields all ten. Pixel values are not changed. An image smaller than `size` is padded
    unless `too_small` says otherwise. Boxes and points move with the image and are clipped. Do not use when left and
    right have a meaning.
    """

    id = "image.ten_crop"
    version = 2
    examples = ({"size": 96}, {"size": 96, "too_small": "resize"}, {"size": [200, 100], "axis": "vertical"})

    size: Size = option(unit="px", useful=(32, 1024), scale="log", doc="[width, height] in pixels, or one number for a square")
    axis: Literal["horizontal", "vertical"] = option(
        "horizontal", doc="how the image is mirrored for copies 5 to 9, as in `flip`"
    )
    too_small: TooSmall = option("pad", doc=TOO_SMALL_DOC)
    border: Border = option("constant", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour for border: constant")

    def lower(self, draw: Draw, state: State) -> Primitives:
        crop = cropped(state.image, self.size, FIVE[state.copy % 5], self.too_small, self.border, as_colour(self.fill))
        return crop if state.copy % 10 < 5 else [mirror(state.image, self.axis), *crop]
