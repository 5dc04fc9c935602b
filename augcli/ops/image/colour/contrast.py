"""More or less contrast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.draws.severity import Levels, levels
from augcli.core.idioms import colour
from augcli.core.ops.op import Op, State
from augcli.core.primitives.image import ColourMatrix


class Contrast(Op):
    """Move all colours away from the image's mean luma, or towards it.

    Size is kept; what leaves the range is clamped. Alpha and labels are left alone.
    """

    id: ClassVar[str] = "image.contrast"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"factor": 1.5}, {"severity": 3})
    references: ClassVar[tuple[str, ...]] = (
        "Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",
    )
    severities: ClassVar[Levels] = levels(factor=(0.4, 0.3, 0.2, 0.1, 0.05))

    factor: Span = span(0.8, 1.2, within=(0, 10), doc="0 is plain grey, 1 leaves the image as it is")

    def lower(self, draw: Any, state: State) -> Sequence[ColourMatrix]:
        return [colour.contrast(draw.factor)]
