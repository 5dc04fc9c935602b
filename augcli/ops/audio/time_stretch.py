from augcli.plugin import Draw, Op, Primitives, Span, State, Stretch, span


class TimeStretch(Op):
    """Make the sound faster or slower; its pitch is kept.

    The new length is frames / rate, rounded; the sample rate is kept. Stretches of the sound are skipped or repeated where
    it resembles itself most, and attacks are left alone, so level and timbre stay. Times move along, to within 35 ms. Sounds
    of less than about 15 ms are cut or filled up with silence. Not where tempo is the label. Beyond 0.6…1.4, dense music
    gets rough.
    """

    id = "audio.time_stretch"
    examples = ({}, {"rate": {"choice": [0.9, 1.1]}}, {"rate": 4})
    references = ("Verhelst and Roelands, An overlap-add technique based on waveform similarity (WSOLA), ICASSP 1993",)

    rate: Span = span(0.8, 1.25, within=(0.25, 4), doc="1.25 is a quarter faster")

    def lower(self, draw: Draw, state: State) -> Primitives:
        frames, sample_rate, _ = state.audio
        return [Stretch(max(1, round(frames / draw.rate)), sample_rate)]
