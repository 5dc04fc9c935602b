"""Nearer or farther."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from augcli.core.draws.fields import LogUniform, Span, span
from augcli.core.ops.op import Op, State
from augcli.core.ops.options import BORDER_DOC, Border, Levels, as_colour
from augcli.core.primitives.image import Warp
from augcli.core.values.matrix import scaling


class Zoom(Op):
    """Enlarge or shrink what the image shows, about its centre; the canvas stays.

    Above 1 the edges are cut off, below 1 the border shows. Boxes scale along and are clipped.
    Not where absolute size is what is to be learned.
    """

    id: ClassVar[str] = "image.zoom"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"factor": 2}, {"factor": 0.4, "border": "constant"})

    factor: Span = span(draw=LogUniform(0.8, 1.25), within=(0.05, 20), doc="enlargement; 1 leaves the image as it is")
    border: Border = Field("reflect", description=BORDER_DOC)
    fill: Levels = Field((0, 0, 0), description="colour for border: constant")

    def lower(self, draw: Any, state: State) -> Sequence[Warp]:
        return [Warp.about_centre(state.image, scaling(draw.factor, draw.factor), self.border, as_colour(self.fill))]
