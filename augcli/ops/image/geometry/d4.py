from augcli.core.idioms.placement import symmetry
from augcli.plugin import Draw, Op, Primitives, Span, State, span


class D4(Op):
    """Rotate or mirror the image in one of the eight ways that map a square onto itself.

    Exact: pixels are moved, not resampled. Odd elements swap width and height. Boxes, points and masks move with the
    image. Use for images without a natural orientation or handedness, such as aerial or microscope images.
    """

    id = "image.d4"
    examples = ({}, {"element": {"choice": [1, 3, 5]}})

    element: Span = span(
        0,
        7,
        within=(0, 7),
        whole=True,
        unit="",
        doc="0 unchanged, 2 mirrored left to right, 4 mirrored top to bottom, 6 rotated by 180 deg; "
        "1, 3, 5, 7: the same after a transpose",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [symmetry(state.image, bool(draw.element & 1), bool(draw.element & 2), bool(draw.element & 4))]
