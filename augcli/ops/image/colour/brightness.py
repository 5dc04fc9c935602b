"""Lighter or darker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.draws.severity import Levels, levels
from augcli.core.idioms import colour
from augcli.core.ops.op import Op, State
from augcli.core.primitives.image import ColourMatrix


class Brightness(Op):
    """Multiply all colours by a factor.

    Size is kept; what leaves the range is clamped. Alpha and labels are left alone. Severities lift a mid-grey by 0.1 to
    0.5 of full scale, as ImageNet-C lifts every value.
    """

    id: ClassVar[str] = "image.brightness"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"factor": 1.5}, {"severity": 3})
    references: ClassVar[tuple[str, ...]] = (
        "Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",
    )
    severities: ClassVar[Levels] = levels(factor=(1.2, 1.4, 1.6, 1.8, 2))

    factor: Span = span(0.8, 1.2, within=(0, 10), doc="0 is black, 1 leaves the image as it is")

    def lower(self, draw: Any, state: State) -> Sequence[ColourMatrix]:
        return [colour.brightness(draw.factor)]
