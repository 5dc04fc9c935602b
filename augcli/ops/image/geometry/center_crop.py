from augcli.core.idioms.placement import TOO_SMALL_DOC, Anchor, TooSmall, cropped
from augcli.plugin import BORDER_DOC, Border, Draw, Levels, Op, Primitives, Size, State, as_colour, option


class CenterCrop(Op):
    """Crop a fixed size from the centre, or from another `anchor`.

    Pixel values are not changed. An image smaller than `size` is padded unless `too_small` says otherwise. Boxes and
    points move with the image and are clipped. The position is not random; use `crop` for a random position.
    """

    id = "image.center_crop"
    version = 2
    examples = (
        {"size": 96},
        {"size": 96, "too_small": "resize"},
        {"size": [300, 100], "anchor": "bottom_right", "border": "constant", "hard": True},
    )

    size: Size = option(unit="px", useful=(32, 1024), scale="log", doc="[width, height] in pixels, or one number for a square")
    anchor: Anchor = option("center", doc="which part of the image is kept")
    too_small: TooSmall = option("pad", doc=TOO_SMALL_DOC)
    border: Border = option("constant", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour for border: constant")
    hard: bool = option(False, doc="discard what lies outside the crop, so that later geometric steps cannot bring it back")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return cropped(state.image, self.size, self.anchor, self.too_small, self.border, as_colour(self.fill), self.hard)
