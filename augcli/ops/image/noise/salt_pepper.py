from augcli.plugin import BLACK, WHITE, Draw, Op, Primitives, Scatter, Span, State, levels, option, span


class SaltPepper(Op):
    """Make some pixels white and others black, as dead sensor cells and broken transmission do.

    Size is kept; alpha and labels are left alone. Not where things are as small as a pixel.
    """

    id = "image.salt_pepper"
    keys = ("key",)
    examples = (
        {},
        {"rate": 0.2},
        {"rate": 0.1, "salt": 1, "per_channel": True},
        {"severity": 3},
    )
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",)
    also = ("impulse_noise",)
    severities = levels(rate=(0.03, 0.06, 0.09, 0.17, 0.27), per_channel=True)

    rate: Span = span(0.01, 0.06, within=(0, 1), doc="share of pixels that are changed")
    salt: Span = span(0.5, within=(0, 1), doc="share of white ones among them")
    per_channel: bool = option(False, doc="every channel has dots of its own, so they are coloured")

    def lower(self, draw: Draw, state: State) -> Primitives:
        pepper, salt = draw.rate * (1 - draw.salt), draw.rate * draw.salt
        return [Scatter(((pepper, BLACK), (salt, WHITE)), draw.key, self.per_channel)]
