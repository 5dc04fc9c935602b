"""Rows for columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.idioms.placement import symmetry
from augcli.core.ops.op import Op, State
from augcli.core.primitives.image import Warp


class Transpose(Op):
    """Mirror the image in its diagonal from the top left: rows become columns.

    Exact: no value changes, only places do. Width and height change places. Boxes, points and masks move along.
    For images without an upright: seen from above, through a microscope.
    """

    id: ClassVar[str] = "image.transpose"

    def lower(self, draw: Any, state: State) -> Sequence[Warp]:
        return [symmetry(state.image, True, False, False)]
