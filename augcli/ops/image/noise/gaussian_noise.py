from augcli.plugin import Draw, LevelNoise, NormalNoise, Op, Primitives, Span, State, levels, option, span


class GaussianNoise(Op):
    """Add independent normal noise to every pixel and channel.

    Image size is kept; values outside the range are clamped. Alpha and labels are left unchanged. The noise depends only
    on the draw's key and the pixel's position, so it is the same on every device.
    """

    id = "image.gaussian_noise"
    keys = ("key",)
    examples = ({}, {"std": 0.2}, {"std": 0.1, "per_channel": False}, {"severity": 3})
    references = ("Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",)
    severities = levels(std=(0.08, 0.12, 0.18, 0.26, 0.38))

    std: Span = span(
        0.01, 0.05, within=(0, 1), unit="of full scale", useful=(0, 0.2), doc="standard deviation; 0.02 is about 5 of 255 levels"
    )
    per_channel: bool = option(True, doc="true: separate noise in each channel; false: the same noise in all channels (grey)")

    def lower(self, draw: Draw, state: State) -> Primitives:
        if not self.per_channel:
            return [LevelNoise(0.0, draw.std, (1.0, 0.0, 0.0), draw.key)]
        return [NormalNoise("gaussian", draw.std, draw.key)]
