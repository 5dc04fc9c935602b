from augcli.core.idioms import colour
from augcli.plugin import Draw, Op, Primitives, Span, State, span


class Sepia(Op):
    """Replace colours by shades of brown, wholly or in part.

    The linear map of the W3C's `sepia` filter. Size is kept; what leaves the range is clamped. Alpha and labels are left
    alone; grey images have no colour to change and stay as they are. Not where colour is the label.
    """

    id = "image.sepia"
    examples = ({}, {"strength": 1})
    references = ("W3C, Filter Effects Module Level 1, sepia()",)

    strength: Span = span(0.5, 1, within=(0, 1), doc="0 leaves the image as it is, 1 is all brown")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [colour.sepia(draw.strength)] if state.image.channels > 1 else []
