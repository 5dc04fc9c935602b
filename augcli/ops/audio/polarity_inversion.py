"""Upside down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.ops.op import Op, State
from augcli.core.primitives.audio import Gain


class PolarityInversion(Op):
    """Turn the waveform upside down: every sample changes its sign.

    Inaudible by itself; a model should not care. Length, rate, labels and times are kept.
    """

    id: ClassVar[str] = "audio.polarity_inversion"

    def lower(self, draw: Any, state: State) -> Sequence[Gain]:
        return [Gain(-1.0)]
