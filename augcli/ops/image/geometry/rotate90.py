from augcli.plugin import Draw, Op, Primitives, Span, State, Warp, multiply, rotation, span, translation


class Rotate90(Op):
    """Turn the image by whole quarter turns.

    Exact: no value changes, only places do. Width and height change places for odd turns. Boxes, points and masks
    turn with it. For images without an upright: seen from above, through a microscope.
    """

    id = "image.rotate90"
    examples = ({}, {"turns": {"choice": [1, 3]}})

    turns: Span = span(1, 3, within=(0, 3), whole=True, unit="quarter turns", doc="counter-clockwise as seen")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        shift = ((0, 0), (0, width), (width, height), (height, 0))[draw.turns]
        size = (height, width) if draw.turns % 2 else (width, height)
        return [Warp(multiply(translation(*map(float, shift)), rotation(90.0 * draw.turns)), size)]
