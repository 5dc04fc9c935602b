"""More local contrast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.ops.op import Op, State
from augcli.core.primitives.tone import LocalContrast


class Clahe(Op):
    """Equalise the luma of each neighbourhood for itself, with a limit (CLAHE).

    Brings out what lies in shadow or haze; colours keep their chroma. OpenCV's method, on luma (BT.601). Size is kept;
    what leaves the range is clamped. Alpha and labels are left alone. High limits bring out noise, too.
    """

    id: ClassVar[str] = "image.clahe"
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"clip": 40, "tiles": 3})
    references: ClassVar[tuple[str, ...]] = ("Zuiderveld, Contrast limited adaptive histogram equalization, Graphics Gems IV",)

    clip: Span = span(1, 4, within=(1, 256), doc="how many times its mean a bin of a neighbourhood's histogram may hold")
    tiles: Annotated[int, Field(ge=1, le=64, description="so many neighbourhoods along either side")] = 8

    def lower(self, draw: Any, state: State) -> Sequence[LocalContrast]:
        return [LocalContrast(draw.clip, self.tiles, self.tiles)]
