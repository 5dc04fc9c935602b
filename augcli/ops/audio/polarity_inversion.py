from augcli.plugin import Draw, Gain, Op, Primitives, State


class PolarityInversion(Op):
    """Invert the waveform by changing the sign of every sample.

    The result sounds the same, and a model should be insensitive to the change. Length, sample rate, labels and times are
    kept.
    """

    id = "audio.polarity_inversion"

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Gain(-1.0)]
