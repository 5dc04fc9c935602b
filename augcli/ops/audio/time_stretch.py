from augcli.plugin import Draw, Op, Primitives, Span, State, Stretch, span


class TimeStretch(Op):
    """Make the audio faster or slower without changing its pitch.

    The new length is frames / rate, rounded; the sample rate is kept. Short segments are skipped or repeated where the
    waveform matches best (WSOLA), and attacks are left untouched, so level and timbre are preserved. Times are adjusted,
    to within 35 ms. Audio shorter than about 15 ms is cut or extended with silence. Do not use when the label depends on
    tempo. At rates outside 0.6…1.4, dense music sounds rough.
    """

    id = "audio.time_stretch"
    examples = ({}, {"rate": {"choice": [0.9, 1.1]}}, {"rate": 4})
    references = ("Verhelst and Roelands, An overlap-add technique based on waveform similarity (WSOLA), ICASSP 1993",)

    rate: Span = span(
        0.8,
        1.25,
        within=(0.25, 4),
        unit="",
        useful=(0.6, 1.4),
        scale="log",
        doc="1.25 is 25 % faster, 1 leaves the audio unchanged",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        frames, sample_rate, _ = state.audio
        return [Stretch(max(1, round(frames / draw.rate)), sample_rate)]
