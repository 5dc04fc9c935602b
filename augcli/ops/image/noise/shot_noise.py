from augcli.plugin import Draw, LogUniform, Op, PhotonNoise, Primitives, Span, State, levels, span


class ShotNoise(Op):
    """Make light arrive in photons: noise that grows with the square root of the level, as in short exposures.

    Every level keeps its mean, but for what is clamped at white, and black stays black; white has a standard deviation
    of full scale / √photons. Every channel counts its own. Size is kept; alpha and labels are left alone.
    """

    id = "image.shot_noise"
    keys = ("key",)
    examples = ({}, {"photons": 10}, {"severity": 3})
    references = (
        "Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C: 60 to 3 photons), arXiv:1903.12261",
    )
    severities = levels(photons=(60, 25, 12, 5, 3))

    photons: Span = span(draw=LogUniform(60, 1000), within=(1, 1_000_000), doc="how many make white; few make much noise")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [PhotonNoise(draw.photons, draw.key)]
