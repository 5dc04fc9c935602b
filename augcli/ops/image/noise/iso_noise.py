from augcli.plugin import Draw, LevelNoise, Op, Primitives, Span, State, span


class IsoNoise(Op):
    """Add the noise of a camera at high ISO: grey grain with coloured grain on top, stronger in bright areas.

    One tenth of the variance is constant (read noise); the rest is proportional to the level (shot noise). Greyscale
    images receive only the grey grain. Image size, alpha and labels are kept.
    """

    id = "image.iso_noise"
    keys = ("key",)
    examples = ({}, {"grey_std": 0.1, "colour_std": 0.1})

    grey_std: Span = span(
        0.01,
        0.05,
        within=(0, 1),
        unit="of full scale",
        useful=(0, 0.15),
        doc="standard deviation, at white, of the grain shared by all channels",
    )
    colour_std: Span = span(
        0.01,
        0.04,
        within=(0, 1),
        unit="of full scale",
        useful=(0, 0.15),
        doc="standard deviation, at white, of the separate grain of each channel",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        own = draw.colour_std if state.image.channels > 1 else 0.0
        return [LevelNoise(own, draw.grey_std, (0.1, 0.9, 0.0), draw.key)]
