from augcli.plugin import Draw, Mask, Op, Primitives, Span, State, option, span

FADE_SECONDS = 0.005


class TimeMask(Op):
    """Silence random parts of the sound, with 5 ms of fade at their ends (inside the part).

    Length and rate are kept, and so is what lies outside of the parts. Times are left alone; what happens inside of a part can
    no longer be heard. Not for transcripts that must hold every word, nor where one short event decides the label.
    """

    id = "audio.time_mask"
    examples = ({}, {"masks": 3, "share": [0.02, 0.05]})
    references = ("Park et al., SpecAugment, Interspeech 2019, arXiv:1904.08779",)

    masks: int = option(1, ge=1, le=100, doc="how many parts")
    share: Span = span(0.01, 0.2, within=(0, 1), per="masks", doc="length of a part, as a share of the sound's")
    place: Span = span(0, 1, within=(0, 1), per="masks", doc="0: the part begins with the sound; 1: it ends with it")

    def lower(self, draw: Draw, state: State) -> Primitives:
        frames, rate, _ = state.audio
        ranges = []
        for share, place in zip(draw.share, draw.place, strict=True):
            length = round(share * frames)
            start = round(place * (frames - length))
            if length:
                ranges.append((start, start + length, min(round(FADE_SECONDS * rate), length // 2)))
        return [Mask(tuple(ranges))] if ranges else []
