from augcli.plugin import BLACK, WHITE, Draw, Op, Primitives, Scatter, Span, State, levels, option, span


class SaltPepper(Op):
    """Turn random pixels white or black, as dead sensor pixels and transmission errors do.

    Image size, alpha and labels are kept. Do not use when the label depends on details as small as a pixel.
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

    rate: Span = span(0.01, 0.06, within=(0, 1), unit="", useful=(0, 0.2), doc="share of pixels that are changed")
    salt: Span = span(0.5, within=(0, 1), unit="", doc="share of the changed pixels that become white")
    per_channel: bool = option(False, doc="change values in each channel separately, which makes coloured dots")

    def lower(self, draw: Draw, state: State) -> Primitives:
        pepper, salt = draw.rate * (1 - draw.salt), draw.rate * draw.salt
        return [Scatter(((pepper, BLACK), (salt, WHITE)), draw.key, self.per_channel)]
