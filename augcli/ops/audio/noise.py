"""Hiss, rush or rumble."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.primitives.audio import Add

LOWEST_HZ = 20  # about where coloured noise ends: what cannot be heard should not use up the ratio


class Noise(Op):
    """Add steady noise at a signal-to-noise ratio, measured over the whole sound and all of its channels.

    Length and rate are kept, labels and times too. Every channel has noise of its own, at one level. The noise depends on the
    draw's key and the sample's place alone, so it is the same on every device. A silent sound stays silent. Peaks beyond
    full scale are clipped when a whole-number format is written.
    """

    id: ClassVar[str] = "audio.noise"
    keys: ClassVar[tuple[str, ...]] = ("key",)
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"snr_db": 3, "color": "pink"}, {"color": "brown"})

    snr_db: Span = span(10, 30, within=(-60, 120), unit="dB", doc="the sound's power over the noise's; 0 is as loud")
    color: Literal["white", "pink", "brown"] = Field(
        "white", description="white: equal power at all frequencies; pink: 3 dB less per octave; brown: 6 dB less"
    )

    def lower(self, draw: Any, state: State) -> Sequence[Add]:
        octaves = 0 if self.color == "white" else min(max(round(math.log2(state.audio.rate / (2 * LOWEST_HZ))), 1), 10)
        return [Add(self.color, draw.snr_db, draw.key, octaves)]
