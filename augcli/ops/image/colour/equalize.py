"""All shades equally frequent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.ops.op import Op, State
from augcli.core.primitives.tone import Adapt


class Equalize(Op):
    """Spread the values so that all are about equally frequent, each colour for itself.

    To the level what Pillow and torchvision do. Size is kept; pixels that alpha hides wholly do not count. Alpha and
    labels are left alone. It depends on nothing but the image: all copies of an image get the same.
    """

    id: ClassVar[str] = "image.equalize"
    references: ClassVar[tuple[str, ...]] = ("Pillow, ImageOps.equalize", "Cubuk et al., AutoAugment, arXiv:1805.09501")

    def lower(self, draw: Any, state: State) -> Sequence[Adapt]:
        return [Adapt("equalize")]
