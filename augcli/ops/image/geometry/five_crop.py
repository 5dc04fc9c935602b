from augcli.core.idioms.placement import FIVE, TOO_SMALL_DOC, TooSmall, cropped
from augcli.plugin import BORDER_DOC, Border, Draw, Levels, Op, Primitives, Size, State, as_colour, option


class FiveCrop(Op):
    """Crop one of five parts: copy 0 shows the top left, then top right, bottom left, bottom right, centre.

    With `copies: 5`, every sample yields all five; a sixth copy starts over. Pixel values are not changed. An image
    smaller than `size` is padded unless `too_small` says otherwise. Boxes and points move with the image and are clipped.
    """

    id = "image.five_crop"
    version = 2
    examples = ({"size": 96}, {"size": 96, "too_small": "resize"}, {"size": [200, 100], "border": "constant"})

    size: Size = option(unit="px", useful=(32, 1024), scale="log", doc="[width, height] in pixels, or one number for a square")
    too_small: TooSmall = option("pad", doc=TOO_SMALL_DOC)
    border: Border = option("constant", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour for border: constant")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return cropped(state.image, self.size, FIVE[state.copy % 5], self.too_small, self.border, as_colour(self.fill))
