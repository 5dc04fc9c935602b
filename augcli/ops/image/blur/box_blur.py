from augcli.plugin import Draw, Filter, Op, Primitives, Span, State, span


class BoxBlur(Op):
    """Replace each pixel by the mean of the square around it.

    Size is kept. Labels are left alone. Not where fine texture decides the label.
    """

    id = "image.box_blur"
    examples = ({}, {"radius_px": 10})

    radius_px: Span = span(1, 3, within=(1, 50), whole=True, unit="px", doc="1 averages 3 × 3 pixels, 2 averages 5 × 5")

    def lower(self, draw: Draw, state: State) -> Primitives:
        size = 2 * draw.radius_px + 1
        taps = (1 / size,) * size
        return [Filter(taps, taps)]
