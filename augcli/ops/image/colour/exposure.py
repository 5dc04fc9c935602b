"""More or less light."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.draws.fields import Span, span
from augcli.core.idioms import colour
from augcli.core.ops.op import Op, State
from augcli.core.primitives.tone import Curve


class Exposure(Op):
    """Expose longer or shorter, as a camera would.

    Values are made linear in light (sRGB), multiplied by two to the power of `stops`, and encoded again; what gets
    brighter than white is white. Size is kept. Alpha and labels are left alone.
    """

    id: ClassVar[str] = "image.exposure"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"stops": 2}, {"stops": -3})
    references: ClassVar[tuple[str, ...]] = ("IEC 61966-2-1, Default RGB colour space (sRGB)",)

    stops: Span = span(-0.7, 0.7, within=(-8, 8), unit="stops", doc="1 is twice the light, -1 half of it")

    def lower(self, draw: Any, state: State) -> Sequence[Curve]:
        return [colour.exposure(draw.stops, state.image.bits)]
