"""Out of focus, as a lens does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.draws.severity import Levels, levels
from augcli.core.idioms import taps
from augcli.core.ops.op import Op, State
from augcli.core.primitives.neighbours import Filter2D


class Defocus(Op):
    """Spread each pixel over a disc, as a lens out of focus does: bright dots become discs.

    Size is kept. Labels are left alone. Not where fine texture decides the label. Softer: `gaussian_blur`.
    """

    id: ClassVar[str] = "image.defocus"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"radius_px": 10}, {"severity": 3})
    references: ClassVar[tuple[str, ...]] = (
        "Hendrycks and Dietterich, Benchmarking neural network robustness (ImageNet-C: radius 3 to 10), arXiv:1903.12261",
    )
    also: ClassVar[tuple[str, ...]] = ("defocus_blur",)
    severities: ClassVar[Levels] = levels(radius_px=(3, 4, 6, 8, 10))

    radius_px: Span = span(1.5, 4, within=(0.5, 20), unit="px", doc="radius of the disc; its rim is antialiased")

    def lower(self, draw: Any, state: State) -> Sequence[Filter2D]:
        return [Filter2D(taps.disc(draw.radius_px))]
