from augcli.plugin import Draw, LevelNoise, Op, Primitives, Span, State, levels, option, span


class Speckle(Op):
    """Multiply every pixel by a normally distributed factor around 1, as in radar and ultrasound images.

    Bright areas receive more noise and black stays black; values outside the range are clamped. Image size, alpha and
    labels are kept.
    """

    id = "image.speckle"
    keys = ("key",)
    examples = ({}, {"std": 0.5}, {"std": 0.3, "per_channel": False}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",)
    also = ("speckle_noise",)
    severities = levels(std=(0.15, 0.2, 0.35, 0.45, 0.6))

    std: Span = span(0.05, 0.2, within=(0, 2), unit="", useful=(0, 0.5), doc="standard deviation of the factor")
    per_channel: bool = option(True, doc="true: separate factors in each channel; false: the same factor in all channels (grey)")

    def lower(self, draw: Draw, state: State) -> Primitives:
        own, common = (draw.std, 0.0) if self.per_channel else (0.0, draw.std)
        return [LevelNoise(own, common, (0.0, 0.0, 1.0), draw.key)]
