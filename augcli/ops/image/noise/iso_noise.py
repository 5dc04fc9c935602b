from augcli.plugin import Draw, LevelNoise, Op, Primitives, Span, State, span


class IsoNoise(Op):
    """Add the noise of a camera at high ISO: grey grain, and coloured grain on top, stronger in bright places.

    The variance is a tenth constant (reading the sensor out) and otherwise in proportion to the level (light). Grey
    images get the grey grain alone. Size is kept; alpha and labels are left alone.
    """

    id = "image.iso_noise"
    keys = ("key",)
    examples = ({}, {"grey_std": 0.1, "colour_std": 0.1})

    grey_std: Span = span(0.01, 0.05, within=(0, 1), unit="of full scale", doc="grain that all channels share, in white")
    colour_std: Span = span(0.01, 0.04, within=(0, 1), unit="of full scale", doc="grain of each channel's own, in white")

    def lower(self, draw: Draw, state: State) -> Primitives:
        own = draw.colour_std if state.image.channels > 1 else 0.0
        return [LevelNoise(own, draw.grey_std, (0.1, 0.9, 0.0), draw.key)]
