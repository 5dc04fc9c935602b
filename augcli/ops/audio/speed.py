"""Faster or slower, and higher or lower with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.primitives.audio import GRID, Piece, TimeMap


class Speed(Op):
    """Play the sound faster or slower, as a tape would: pitch and formants move along.

    The new length is frames / rate, rounded; the sample rate is kept. The rate is rounded to whole percents. Band-limited:
    what no longer fits below half the sample rate is filtered out. Times move along. For speech it stands for other speakers;
    where pitch is the label (music, keys, voices), use `time_stretch`.
    """

    id: ClassVar[str] = "audio.speed"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"rate": {"choice": [0.9, 1.0, 1.1]}})
    references: ClassVar[tuple[str, ...]] = ("Ko et al., Audio Augmentation for Speech Recognition, Interspeech 2015",)

    rate: Span = span(0.9, 1.1, within=(0.25, 4), doc="1.1 is ten percent faster")

    def lower(self, draw: Any, state: State) -> Sequence[TimeMap]:
        rate = round(draw.rate * GRID)
        if rate == GRID:
            return []
        # Whole numbers, halves up: what comes out does not hang on a rounding of floats.
        frames = max(1, (2 * GRID * state.audio.frames + rate) // (2 * rate))
        return [TimeMap((Piece(0, frames, rate),))]
