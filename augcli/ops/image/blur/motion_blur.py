"""A hand that shook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.draws.severity import Levels, levels
from augcli.core.idioms import taps
from augcli.core.ops.op import Op, State
from augcli.core.primitives.neighbours import Filter2D


class MotionBlur(Op):
    """Average each pixel along a straight line through it, as if the camera had moved during the exposure.

    The line is centred, so nothing is shifted, and may have any length and angle. Size is kept. Labels are left alone.
    Severities spread as far as the one-sided Gaussians of ImageNet-C: with the same variance.
    """

    id: ClassVar[str] = "image.motion_blur"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"length_px": 40, "angle_deg": 30}, {"severity": 3})
    references: ClassVar[tuple[str, ...]] = (
        "Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C), arXiv:1903.12261",
    )
    severities: ClassVar[Levels] = levels(length_px=(6.6, 10.8, 17, 23.8, 30.2), angle_deg=[-45, 45])

    length_px: Span = span(4, 12, within=(1, 100), unit="px", doc="length of the line")
    angle_deg: Span = span(0, 180, within=(-360, 360), unit="deg", doc="direction: 0 level, 90 upright, 45 rises to the right")

    def lower(self, draw: Any, state: State) -> Sequence[Filter2D]:
        return [Filter2D(taps.line(draw.length_px, draw.angle_deg))]
