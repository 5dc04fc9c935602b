from augcli.plugin import Draw, Mask, Op, Primitives, Span, State, option, span

FADE_SECONDS = 0.005


class TimeMask(Op):
    """Silence random parts of the audio.

    Each part fades out and in over 5 ms, inside the part. Length, sample rate and everything outside the parts are kept.
    Times are left unchanged, although events inside a part can no longer be heard. Do not use for transcripts that must
    contain every word, or when a single short event decides the label.
    """

    id = "audio.time_mask"
    examples = ({}, {"masks": 3, "share": [0.02, 0.05]})
    references = ("Park et al., SpecAugment, Interspeech 2019, arXiv:1904.08779",)

    masks: int = option(1, ge=1, le=100, unit="", doc="number of parts")
    share: Span = span(0.01, 0.2, within=(0, 1), per="masks", unit="of the length", useful=(0.01, 0.3), doc="length of a part")
    place: Span = span(0, 1, within=(0, 1), per="masks", unit="", doc="position of the part: 0 at the start, 1 at the end")

    def lower(self, draw: Draw, state: State) -> Primitives:
        frames, rate, _ = state.audio
        ranges = []
        for share, place in zip(draw.share, draw.place, strict=True):
            length = round(share * frames)
            start = round(place * (frames - length))
            if length:
                ranges.append((start, start + length, min(round(FADE_SECONDS * rate), length // 2)))
        return [Mask(tuple(ranges))] if ranges else []
