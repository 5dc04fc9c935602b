from augcli.core.idioms.placement import symmetry
from augcli.plugin import Draw, Op, Primitives, Span, State, span


class D4(Op):
    """Turn or mirror the image in one of the eight ways that a square maps onto itself.

    Exact: no value changes, only places do. Width and height change places for odd elements. Boxes, points and masks
    move along. For images without an upright and without left and right: seen from above, through a microscope.
    """

    id = "image.d4"
    examples = ({}, {"element": {"choice": [1, 3, 5]}})

    element: Span = span(
        0, 7, within=(0, 7), whole=True,
        doc="0 as it is, 2 mirrored left to right, 4 top to bottom, 6 half a turn; 1, 3, 5, 7: the same after a transpose",
    )  # fmt: skip

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [symmetry(state.image, bool(draw.element & 1), bool(draw.element & 2), bool(draw.element & 4))]
