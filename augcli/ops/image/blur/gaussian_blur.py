"""Out of focus, softly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.draws.severity import Levels, levels
from augcli.core.idioms import taps
from augcli.core.ops.op import Op, State
from augcli.core.primitives.image import Filter


class GaussianBlur(Op):
    """Blur with a Gaussian kernel, cut off at three standard deviations.

    Size is kept. Labels are left alone. Not where fine texture decides the label.
    """

    id: ClassVar[str] = "image.gaussian_blur"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"sigma_px": 3}, {"severity": 3})
    references: ClassVar[tuple[str, ...]] = (
        "Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",
    )
    severities: ClassVar[Levels] = levels(sigma_px=(1, 2, 3, 4, 6))

    sigma_px: Span = span(0.3, 1.5, within=(0.05, 50), unit="px", doc="standard deviation of the kernel")

    def lower(self, draw: Any, state: State) -> Sequence[Filter]:
        kernel = taps.gaussian(draw.sigma_px)
        return [Filter(kernel, kernel)]
