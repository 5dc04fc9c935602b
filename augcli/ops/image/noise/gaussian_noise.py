from augcli.plugin import Draw, LevelNoise, NormalNoise, Op, Primitives, Span, State, levels, option, span


class GaussianNoise(Op):
    """Add independent normal noise to every pixel and channel.

    Size is kept; what leaves the range is clamped. Alpha and labels are left alone. The noise depends on the draw's
    key and the pixel's place alone, so it is the same on every device.
    """

    id = "image.gaussian_noise"
    keys = ("key",)
    examples = ({}, {"std": 0.2}, {"std": 0.1, "per_channel": False}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",)
    severities = levels(std=(0.08, 0.12, 0.18, 0.26, 0.38))

    std: Span = span(0.01, 0.05, within=(0, 1), unit="of full scale", doc="standard deviation; 0.02 is about 5 of 255 levels")
    per_channel: bool = option(True, doc="every channel has noise of its own; false: the same in all, so no colours")

    def lower(self, draw: Draw, state: State) -> Primitives:
        if not self.per_channel:
            return [LevelNoise(0.0, draw.std, (1.0, 0.0, 0.0), draw.key)]
        return [NormalNoise("gaussian", draw.std, draw.key)]
