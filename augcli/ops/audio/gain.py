from augcli.plugin import Draw, Gain, Op, Primitives, Span, State, span


class GainOp(Op):
    """Make the audio louder or quieter: samples are multiplied by 10^(gain_db / 20).

    Length and sample rate are kept. Peaks beyond full scale are clipped when an integer format is written, and the
    manifest records how many. Labels and times are left unchanged.
    """

    id = "audio.gain"
    examples = ({}, {"gain_db": -20})

    gain_db: Span = span(-6, 6, within=(-100, 60), unit="dB", useful=(-20, 20), doc="gain to add; 0 leaves the audio unchanged")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Gain(10 ** (draw.gain_db / 20))]
