from augcli.plugin import Draw, Gain, Op, Primitives, Span, State, span


class GainOp(Op):
    """Make the sound louder or quieter: samples are multiplied by 10^(gain_db / 20).

    Length and rate are kept. Peaks beyond full scale are clipped when a whole-number format is written, and the
    record counts them. Labels and times are left alone.
    """

    id = "audio.gain"
    examples = ({}, {"gain_db": -20})

    gain_db: Span = span(-6, 6, within=(-100, 60), unit="dB", doc="gain to add; 0 leaves the sound as it is")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Gain(10 ** (draw.gain_db / 20))]
