"""Too few photons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import LogUniform, Span, span
from augcli.core.draws.severity import Levels, levels
from augcli.core.ops.op import Op, State
from augcli.core.primitives.grain import PhotonNoise


class ShotNoise(Op):
    """Make light arrive in photons: noise that grows with the square root of the level, as in short exposures.

    Every level keeps its mean, but for what is clamped at white, and black stays black; white has a standard deviation
    of full scale / √photons. Every channel counts its own. Size is kept; alpha and labels are left alone.
    """

    id: ClassVar[str] = "image.shot_noise"
    keys: ClassVar[tuple[str, ...]] = ("key",)
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"photons": 10}, {"severity": 3})
    references: ClassVar[tuple[str, ...]] = (
        "Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C: 60 to 3 photons), arXiv:1903.12261",
    )
    severities: ClassVar[Levels] = levels(photons=(60, 25, 12, 5, 3))

    photons: Span = span(draw=LogUniform(60, 1000), within=(1, 1_000_000), doc="how many make white; few make much noise")

    def lower(self, draw: Any, state: State) -> Sequence[PhotonNoise]:
        return [PhotonNoise(draw.photons, draw.key)]
