from augcli.plugin import Draw, Median, Op, Primitives, Span, State, span


class MedianBlur(Op):
    """Replace each pixel with the median of the square around it, which removes dots and fine lines but keeps edges sharp.

    The median is exact and taken for each channel separately. Image size and labels are kept. Do not use when the label
    depends on thin structures.
    """

    id = "image.median_blur"
    examples = ({}, {"radius_px": 3})

    radius_px: Span = span(
        "0.4%",
        "0.9%",
        within=(1, 3),
        shares=True,
        whole=True,
        unit="px",
        doc="radius of the square: 1 uses 3 × 3 pixels, 2 uses 5 × 5, 3 uses 7 × 7",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Median(draw.radius_px)]
