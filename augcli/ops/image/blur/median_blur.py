from augcli.plugin import Draw, Median, Op, Primitives, Span, State, span


class MedianBlur(Op):
    """Replace each value by the median of the square around it: dots and fine lines go, edges stay sharp.

    Exact, every channel for itself. Size is kept. Labels are left alone. Not where thin things decide the label.
    """

    id = "image.median_blur"
    examples = ({}, {"radius_px": 3})

    radius_px: Span = span(1, 2, within=(1, 3), whole=True, unit="px", doc="1 takes 3 × 3 pixels, 2 takes 5 × 5, 3 takes 7 × 7")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Median(draw.radius_px)]
