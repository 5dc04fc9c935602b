"""Covered squares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.idioms.holes import HOLE_FILL_DOC, HoleFill, cover
from augcli.core.ops.op import Op, State
from augcli.core.primitives.grain import FillNoise
from augcli.core.primitives.image import Fill, Region


class Cutout(Op):
    """Cover random squares with a colour, or with noise.

    A square's centre lies anywhere in the image, so squares may stick out. Size is kept. Alpha is left alone; what
    a square hides counts as hidden for boxes and points. Not where one small detail is what decides the label.
    """

    id: ClassVar[str] = "image.cutout"
    keys: ClassVar[tuple[str, ...]] = ("key",)
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"holes": 4, "size": 0.15, "fill": [124, 116, 104]},
        {"size": 0.9, "fill": "noise"},
    )
    references: ClassVar[tuple[str, ...]] = ("DeVries and Taylor, Improved regularization with Cutout, arXiv:1708.04552",)

    holes: Annotated[int, Field(ge=1, le=1000, description="how many squares")] = 1
    size: Span = span(0.2, 0.4, within=(0.001, 1), per="holes", doc="edge of a square, as a share of the shorter side")
    x: Span = span(0, 1, within=(0, 1), per="holes", doc="centre: 0 left, 1 right")
    y: Span = span(0, 1, within=(0, 1), per="holes", doc="centre: 0 top, 1 bottom")
    fill: HoleFill = Field((0, 0, 0), description=HOLE_FILL_DOC)

    def lower(self, draw: Any, state: State) -> Sequence[Fill | FillNoise]:
        width, height = state.image[:2]
        regions: list[Region] = []
        for size, x, y in zip(draw.size, draw.x, draw.y, strict=True):
            edge = max(1, round(size * min(width, height)))
            left, top = round(x * width - edge / 2), round(y * height - edge / 2)
            region = (max(0, left), max(0, top), min(width, left + edge), min(height, top + edge))
            if region[0] < region[2] and region[1] < region[3]:
                regions.append(region)
        return cover(regions, self.fill, draw.key)
