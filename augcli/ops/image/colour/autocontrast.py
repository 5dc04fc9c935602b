"""The full range used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.primitives.tone import PER_MILLION, Adapt


class Autocontrast(Op):
    """Stretch each colour so that its darkest value becomes 0 and its brightest 255.

    To the level what Pillow and torchvision do. With a `cutoff`, so many of the darkest and of the brightest pixels are
    disregarded, and become wholly black and white. Size is kept; pixels that alpha hides wholly do not count. Alpha and
    labels are left alone. Without a cutoff it changes little in images that hold some black and some white already.
    """

    id: ClassVar[str] = "image.autocontrast"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"cutoff": 0.2})
    references: ClassVar[tuple[str, ...]] = ("Pillow, ImageOps.autocontrast", "Cubuk et al., AutoAugment, arXiv:1805.09501")

    cutoff: Span = span(0, within=(0, 0.49), unit="of all pixels", doc="how many are disregarded at either end")

    def lower(self, draw: Any, state: State) -> Sequence[Adapt]:
        return [Adapt("stretch", round(draw.cutoff * PER_MILLION))]
