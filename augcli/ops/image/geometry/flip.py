from typing import Literal

from augcli.core.idioms.placement import mirror
from augcli.plugin import Draw, Op, Primitives, State, option


class Flip(Op):
    """Mirror the image left to right, or top to bottom.

    Exact: pixels are moved, not resampled. Image size and value range are kept. Boxes, points and masks are mirrored. Do
    not use when left and right have a meaning (text, traffic signs, hands).
    """

    id = "image.flip"
    examples = ({}, {"axis": "vertical"})

    axis: Literal["horizontal", "vertical"] = option(
        "horizontal", doc="horizontal: left becomes right; vertical: top becomes bottom"
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [mirror(state.image, self.axis)]
