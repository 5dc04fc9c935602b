from augcli.plugin import Draw, Gain, Op, Primitives, State


class PolarityInversion(Op):
    """Invert the waveform: every sample changes its sign.

    Inaudible by itself; a model should ignore it. Length, sample rate, labels and times are kept.
    """

    id = "audio.polarity_inversion"

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Gain(-1.0)]
