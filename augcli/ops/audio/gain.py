"""Louder or quieter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.primitives.audio import Gain


class GainOp(Op):
    """Make the sound louder or quieter: samples are multiplied by 10^(gain_db / 20).

    Length and rate are kept. Peaks beyond full scale are clipped when a whole-number format is written, and the
    record counts them. Labels and times are left alone.
    """

    id: ClassVar[str] = "audio.gain"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"gain_db": -20})

    gain_db: Span = span(-6, 6, within=(-100, 60), unit="dB", doc="gain to add; 0 leaves the sound as it is")

    def lower(self, draw: Any, state: State) -> Sequence[Gain]:
        return [Gain(10 ** (draw.gain_db / 20))]
