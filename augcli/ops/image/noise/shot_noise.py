from augcli.plugin import Draw, LogUniform, Op, PhotonNoise, Primitives, Span, State, levels, span


class ShotNoise(Op):
    """Add photon (Poisson) noise, whose standard deviation grows with the square root of the level, as in short exposures.

    Every level keeps its mean, except where white is clamped, and black stays black; white has a standard deviation of
    full scale / √photons. The noise is independent in each channel. Image size, alpha and labels are kept.
    """

    id = "image.shot_noise"
    keys = ("key",)
    examples = ({}, {"photons": 10}, {"severity": 3})
    references = (
        "Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C: 60 to 3 photons), arXiv:1903.12261",
    )
    severities = levels(photons=(60, 25, 12, 5, 3))

    photons: Span = span(
        draw=LogUniform(60, 1000),
        within=(1, 1_000_000),
        unit="",
        useful=(20, 2000),
        scale="log",
        doc="number of photons at white; fewer photons make more noise",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [PhotonNoise(draw.photons, draw.key)]
