from augcli.plugin import Draw, Levels, Op, Primitives, Scatter, Span, State, as_colour, option, span


class PixelDropout(Op):
    """Replace randomly chosen pixels with one colour.

    Image size, alpha and labels are kept. For larger holes, use `coarse_dropout`.
    """

    id = "image.pixel_dropout"
    keys = ("key",)
    examples = ({}, {"rate": 0.5, "fill": 128}, {"rate": 0.2, "per_channel": True})

    rate: Span = span(0.005, 0.05, within=(0, 1), unit="", useful=(0, 0.2), doc="share of pixels that are replaced")
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="[red, green, blue] from 0 to 255, or one number for grey")
    per_channel: bool = option(False, doc="drop values in each channel separately, which makes coloured dots")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Scatter(((draw.rate, as_colour(self.fill)),), draw.key, self.per_channel)]
