"""More or less colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.draws.severity import Levels, levels
from augcli.core.idioms import colour
from augcli.core.ops.op import Op, State
from augcli.core.primitives.image import ColourMatrix


class Saturation(Op):
    """Move each pixel away from its own luma, or towards it.

    Size is kept; what leaves the range is clamped. Alpha and labels are left alone; grey images stay as they are.
    Severities multiply as ImageNet-C does, but for 20 in the fifth, which is 10 here; 1 and 2 take colour away.
    """

    id: ClassVar[str] = "image.saturation"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"factor": 1.8}, {"severity": 3})
    references: ClassVar[tuple[str, ...]] = (
        "Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",
    )
    also: ClassVar[tuple[str, ...]] = ("saturate",)
    severities: ClassVar[Levels] = levels(factor=(0.3, 0.1, 2, 5, 10))

    factor: Span = span(0.8, 1.2, within=(0, 10), doc="0 is grey, 1 leaves the image as it is")

    def lower(self, draw: Any, state: State) -> Sequence[ColourMatrix]:
        return [colour.saturation(draw.factor)]
