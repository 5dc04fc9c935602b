from augcli.core.primitives.audio import Piece
from augcli.plugin import GRID, Draw, Op, Primitives, Span, State, TimeMap, span


class Speed(Op):
    """Play the sound faster or slower, as a tape would: pitch and formants move along.

    The new length is frames / rate, rounded; the sample rate is kept. The rate is rounded to whole percents. Band-limited:
    what no longer fits below half the sample rate is filtered out. Times move along. For speech it stands for other speakers;
    where pitch is the label (music, keys, voices), use `time_stretch`.
    """

    id = "audio.speed"
    examples = ({}, {"rate": {"choice": [0.9, 1.0, 1.1]}})
    references = ("Ko et al., Audio Augmentation for Speech Recognition, Interspeech 2015",)

    rate: Span = span(0.9, 1.1, within=(0.25, 4), doc="1.1 is ten percent faster")

    def lower(self, draw: Draw, state: State) -> Primitives:
        rate = round(draw.rate * GRID)
        if rate == GRID:
            return []
        # Whole numbers, halves up: what comes out does not hang on a rounding of floats.
        frames = max(1, (2 * GRID * state.audio.frames + rate) // (2 * rate))
        return [TimeMap((Piece(0, frames, rate),))]
