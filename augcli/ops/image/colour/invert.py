"""The negative."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.idioms import colour
from augcli.core.ops.op import Op, State
from augcli.core.primitives.image import ColourMatrix


class Invert(Op):
    """Replace every value by what is missing to white.

    Size and range are kept. Alpha and labels are left alone. For drawings, documents and microscopy; photographs of
    things whose colour matters are better left alone.
    """

    id: ClassVar[str] = "image.invert"

    def lower(self, draw: Any, state: State) -> Sequence[ColourMatrix]:
        return [colour.INVERTED]
