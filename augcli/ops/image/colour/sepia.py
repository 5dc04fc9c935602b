from augcli.core.idioms import colour
from augcli.plugin import Draw, Op, Primitives, Span, State, span


class Sepia(Op):
    """Tint the image sepia brown, completely or in part.

    Uses the linear map of the W3C's `sepia` filter. Image size is kept; values outside the range are clamped. Alpha and
    labels are left unchanged, and so are greyscale images. Do not use when the label depends on colour.
    """

    id = "image.sepia"
    examples = ({}, {"strength": 1})
    references = ("W3C, Filter Effects Module Level 1, sepia()",)

    strength: Span = span(0.5, 1, within=(0, 1), unit="", doc="0 leaves the image unchanged, 1 is completely brown")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [colour.sepia(draw.strength)] if state.image.channels > 1 else []
