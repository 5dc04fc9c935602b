"""Noise that multiplies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.draws.severity import Levels, levels
from augcli.core.ops.op import Op, State
from augcli.core.primitives.grain import LevelNoise


class Speckle(Op):
    """Multiply every pixel by a normal random number around 1, as radar and ultrasound do.

    Bright places get more noise, black stays black; what leaves the range is clamped. Size is kept; alpha and labels
    are left alone.
    """

    id: ClassVar[str] = "image.speckle"
    keys: ClassVar[tuple[str, ...]] = ("key",)
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"std": 0.5}, {"std": 0.3, "per_channel": False}, {"severity": 3})
    references: ClassVar[tuple[str, ...]] = (
        "Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",
    )
    also: ClassVar[tuple[str, ...]] = ("speckle_noise",)
    severities: ClassVar[Levels] = levels(std=(0.15, 0.2, 0.35, 0.45, 0.6))

    std: Span = span(0.05, 0.2, within=(0, 2), doc="standard deviation of the factor")
    per_channel: bool = Field(True, description="every channel has factors of its own; false: the same in all, so no colours")

    def lower(self, draw: Any, state: State) -> Sequence[LevelNoise]:
        own, common = (draw.std, 0.0) if self.per_channel else (0.0, draw.std)
        return [LevelNoise(own, common, (0.0, 0.0, 1.0), draw.key)]
