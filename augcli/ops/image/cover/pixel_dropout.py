from augcli.plugin import Draw, Levels, Op, Primitives, Scatter, Span, State, as_colour, option, span


class PixelDropout(Op):
    """Replace some pixels by one colour.

    Size is kept; alpha and labels are left alone. For larger holes: `coarse_dropout`.
    """

    id = "image.pixel_dropout"
    keys = ("key",)
    examples = ({}, {"rate": 0.5, "fill": 128}, {"rate": 0.2, "per_channel": True})

    rate: Span = span(0.005, 0.05, within=(0, 1), doc="share of pixels that are lost")
    fill: Levels = option((0, 0, 0), doc="[red, green, blue] from 0 to 255, or one number for a grey")
    per_channel: bool = option(False, doc="every channel loses values of its own, so dots are coloured")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Scatter(((draw.rate, as_colour(self.fill)),), draw.key, self.per_channel)]
