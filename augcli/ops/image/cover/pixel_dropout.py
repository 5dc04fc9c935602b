"""Lost pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.ops.options import Levels, as_colour
from augcli.core.primitives.grain import Scatter


class PixelDropout(Op):
    """Replace some pixels by one colour.

    Size is kept; alpha and labels are left alone. For larger holes: `coarse_dropout`.
    """

    id: ClassVar[str] = "image.pixel_dropout"
    keys: ClassVar[tuple[str, ...]] = ("key",)
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"rate": 0.5, "fill": 128}, {"rate": 0.2, "per_channel": True})

    rate: Span = span(0.005, 0.05, within=(0, 1), doc="share of pixels that are lost")
    fill: Levels = Field((0, 0, 0), description="[red, green, blue] from 0 to 255, or one number for a grey")
    per_channel: bool = Field(False, description="every channel loses values of its own, so dots are coloured")

    def lower(self, draw: Any, state: State) -> Sequence[Scatter]:
        return [Scatter(((draw.rate, as_colour(self.fill)),), draw.key, self.per_channel)]
