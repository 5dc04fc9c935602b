"""What can be done to sound: float32 to float32, valid samples only (padding never counts)."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..facts import AudioFacts


class Gain(NamedTuple):
    """Multiply every sample by `factor`; a negative one turns the polarity. The encoder clips, and the record counts."""

    factor: float

    def then(self, later: Any, facts: AudioFacts) -> Gain | None:
        return Gain(self.factor * later.factor) if isinstance(later, Gain) else None

    def facts_after(self, facts: AudioFacts) -> AudioFacts:
        return facts


AudioPrimitive = Gain
