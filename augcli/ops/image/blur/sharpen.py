"""Harder or softer edges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.idioms import taps
from augcli.core.ops.op import Op, State
from augcli.core.primitives.neighbours import Filter2D


class Sharpen(Op):
    """Blend with a slightly smoothed image, or away from it: Pillow's and torchvision's sharpness.

    Range is kept by clamping; pixels of the image's edge stay as they are. Size is kept; alpha and labels are left
    alone. For a width of your choice: `unsharp_mask`.
    """

    id: ClassVar[str] = "image.sharpen"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"factor": 0}, {"factor": 5})
    references: ClassVar[tuple[str, ...]] = ("Pillow, ImageEnhance.Sharpness and ImageFilter.SMOOTH",)

    factor: Span = span(1.2, 2.0, within=(0, 20), doc="0 is smoothed, 1 leaves the image as it is, 2 is sharper")

    def lower(self, draw: Any, state: State) -> Sequence[Filter2D]:
        return [Filter2D(taps.sharpness(draw.factor), "keep", colours_only=True)]
