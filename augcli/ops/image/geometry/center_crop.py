from augcli.core.idioms.placement import Anchor, laid
from augcli.plugin import BORDER_DOC, Border, Draw, Levels, Op, Primitives, Size, State, as_colour, option


class CenterCrop(Op):
    """Cut out the middle, or what lies at another `anchor`, in a fixed size.

    No value changes. Where the image is smaller than `size`, the rest is filled by `border`. Boxes and points move
    along, and are clipped. Nothing is drawn: to choose a place at random, use crop.
    """

    id = "image.center_crop"
    examples = (
        {"size": 96},
        {"size": [300, 100], "anchor": "bottom_right", "border": "constant", "hard": True},
    )

    size: Size = option(doc="[width, height] in pixels, or one number for a square")
    anchor: Anchor = option("center", doc="which part is kept")
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), doc="colour for border: constant")
    hard: bool = option(False, doc="cut here: later moves do not look beyond this canvas")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [laid(state.image, self.size, self.anchor, self.border, as_colour(self.fill), self.hard)]
