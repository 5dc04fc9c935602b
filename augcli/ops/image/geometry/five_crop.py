from augcli.core.idioms.placement import FIVE, laid
from augcli.plugin import BORDER_DOC, Border, Draw, Levels, Op, Primitives, Size, State, as_colour, option


class FiveCrop(Op):
    """Crop one of five parts: copy 0 shows the top left, then top right, bottom left, bottom right, centre.

    With `copies: 5`, every sample yields all five; a sixth copy starts over. Pixel values are not changed. Boxes and
    points move along and are clipped.
    """

    id = "image.five_crop"
    examples = ({"size": 96}, {"size": [200, 100], "border": "constant"})

    size: Size = option(unit="px", useful=(32, 1024), scale="log", doc="[width, height] in pixels, or one number for a square")
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour for border: constant")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [laid(state.image, self.size, FIVE[state.copy % 5], self.border, as_colour(self.fill))]
