"""A camera at high sensitivity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.primitives.grain import LevelNoise


class IsoNoise(Op):
    """Add the noise of a camera at high ISO: grey grain, and coloured grain on top, stronger in bright places.

    The variance is a tenth constant (reading the sensor out) and otherwise in proportion to the level (light). Grey
    images get the grey grain alone. Size is kept; alpha and labels are left alone.
    """

    id: ClassVar[str] = "image.iso_noise"
    keys: ClassVar[tuple[str, ...]] = ("key",)
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"grey_std": 0.1, "colour_std": 0.1})

    grey_std: Span = span(0.01, 0.05, within=(0, 1), unit="of full scale", doc="grain that all channels share, in white")
    colour_std: Span = span(0.01, 0.04, within=(0, 1), unit="of full scale", doc="grain of each channel's own, in white")

    def lower(self, draw: Any, state: State) -> Sequence[LevelNoise]:
        own = draw.colour_std if state.image.channels > 1 else 0.0
        return [LevelNoise(own, draw.grey_std, (0.1, 0.9, 0.0), draw.key)]
