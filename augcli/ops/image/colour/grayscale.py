"""No colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.idioms import colour
from augcli.core.ops.op import Op, State
from augcli.core.primitives.image import ColourMatrix


class Grayscale(Op):
    """Replace each pixel by its luma (BT.601), in all three channels.

    Size and number of channels are kept. Alpha and labels are left alone. Not where colour is the label.
    """

    id: ClassVar[str] = "image.grayscale"

    def lower(self, draw: Any, state: State) -> Sequence[ColourMatrix]:
        return [colour.saturation(0.0)]
