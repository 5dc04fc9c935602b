from augcli.plugin import Draw, Filter, Op, Primitives, Span, State, span


class BoxBlur(Op):
    """Replace each pixel with the mean of the square around it.

    Image size and labels are kept. Do not use when the label depends on fine texture.
    """

    id = "image.box_blur"
    examples = ({}, {"radius_px": 10})

    radius_px: Span = span(
        "0.4%",
        "1.3%",
        within=(1, 50),
        shares=True,
        whole=True,
        unit="px",
        useful=(1, 10),
        scale="log",
        doc="radius of the square: 1 averages 3 × 3 pixels, 2 averages 5 × 5",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        size = 2 * draw.radius_px + 1
        taps = (1 / size,) * size
        return [Filter(taps, taps)]
