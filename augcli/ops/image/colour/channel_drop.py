"""One colour missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.ops.options import Level
from augcli.core.primitives.image import ColourMatrix


class ChannelDrop(Op):
    """Set one of red, green and blue to a constant, or all but one.

    Size and range are kept. Alpha and labels are left alone; grey images stay as they are. Not where colour is the
    label.
    """

    id: ClassVar[str] = "image.channel_drop"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"channel": 1, "only": True, "fill": 128})

    channel: Span = span(0, 2, within=(0, 2), whole=True, doc="which channel: 0 red, 1 green, 2 blue")
    only: bool = Field(False, description="keep this channel and drop the other two")
    fill: Level = Field(0, description="what a dropped channel is set to, from 0 to 255")

    def lower(self, draw: Any, state: State) -> Sequence[ColourMatrix]:
        if state.image.channels == 1:
            return []
        red, green, blue = (float((at == draw.channel) == self.only) for at in range(3))
        level = self.fill / 255
        shift = (level * (1 - red), level * (1 - green), level * (1 - blue))
        return [ColourMatrix.linear((red, 0.0, 0.0, 0.0, green, 0.0, 0.0, 0.0, blue), shift)]
