"""White and black dots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.draws.severity import Levels, levels
from augcli.core.ops.op import Op, State
from augcli.core.primitives.grain import Scatter
from augcli.core.primitives.image import BLACK, WHITE


class SaltPepper(Op):
    """Make some pixels white and others black, as dead sensor cells and broken transmission do.

    Size is kept; alpha and labels are left alone. Not where things are as small as a pixel.
    """

    id: ClassVar[str] = "image.salt_pepper"
    keys: ClassVar[tuple[str, ...]] = ("key",)
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"rate": 0.2},
        {"rate": 0.1, "salt": 1, "per_channel": True},
        {"severity": 3},
    )
    references: ClassVar[tuple[str, ...]] = (
        "Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",
    )
    also: ClassVar[tuple[str, ...]] = ("impulse_noise",)
    severities: ClassVar[Levels] = levels(rate=(0.03, 0.06, 0.09, 0.17, 0.27), per_channel=True)

    rate: Span = span(0.01, 0.06, within=(0, 1), doc="share of pixels that are changed")
    salt: Span = span(0.5, within=(0, 1), doc="share of white ones among them")
    per_channel: bool = Field(False, description="every channel has dots of its own, so they are coloured")

    def lower(self, draw: Any, state: State) -> Sequence[Scatter]:
        pepper, salt = draw.rate * (1 - draw.salt), draw.rate * draw.salt
        return [Scatter(((pepper, BLACK), (salt, WHITE)), draw.key, self.per_channel)]
