from augcli.core.primitives.audio import Piece
from augcli.plugin import GRID, Draw, Op, Primitives, Span, State, TimeMap, span


class Speed(Op):
    """Play the audio faster or slower, like a tape: pitch and formants change too.

    The new length is frames / rate, rounded; the sample rate is kept. The rate is rounded to a whole percentage. Content
    that would exceed half the sample rate is filtered out. Times are scaled. With speech, the result resembles other
    speakers. Do not use when the label depends on pitch (music, keys, voices); use `time_stretch`.
    """

    id = "audio.speed"
    examples = ({}, {"rate": {"choice": [0.9, 1.0, 1.1]}})
    references = ("Ko et al., Audio Augmentation for Speech Recognition, Interspeech 2015",)

    rate: Span = span(
        0.9,
        1.1,
        within=(0.25, 4),
        unit="",
        useful=(0.8, 1.25),
        scale="log",
        doc="1.1 is 10 % faster, 1 leaves the audio unchanged",
    )

    def lower(self, draw: Draw, state: State) -> Primitives:
        rate = round(draw.rate * GRID)
        if rate == GRID:
            return []
        # Whole numbers, halves up: the length does not depend on how floats are rounded.
        frames = max(1, (2 * GRID * state.audio.frames + rate) // (2 * rate))
        return [TimeMap((Piece(0, frames, rate),))]
