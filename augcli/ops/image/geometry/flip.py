from typing import Literal

from augcli.plugin import Draw, Op, Primitives, State, Warp, option


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
        width, height = state.image[:2]
        if self.axis == "horizontal":
            return [Warp((-1.0, 0.0, float(width), 0.0, 1.0, 0.0, 0.0, 0.0, 1.0), (width, height))]
        return [Warp((1.0, 0.0, 0.0, 0.0, -1.0, float(height), 0.0, 0.0, 1.0), (width, height))]
