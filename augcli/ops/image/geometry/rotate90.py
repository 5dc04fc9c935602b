from augcli.plugin import Draw, Op, Primitives, Span, State, Warp, multiply, rotation, span, translation


class Rotate90(Op):
    """Rotate the image by a multiple of 90 degrees.

    Exact: pixels are moved, not resampled. Odd numbers of turns swap width and height. Boxes, points and masks are
    rotated. Use for images without a natural orientation, such as aerial or microscope images.
    """

    id = "image.rotate90"
    examples = ({}, {"turns": {"choice": [1, 3]}})

    turns: Span = span(1, 3, within=(0, 3), whole=True, unit="quarter turns", doc="number of quarter turns, anticlockwise")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        shift = ((0, 0), (0, width), (width, height), (height, 0))[draw.turns]
        size = (height, width) if draw.turns % 2 else (width, height)
        return [Warp(multiply(translation(*map(float, shift)), rotation(90.0 * draw.turns)), size)]
