"""Another background for pictures with alpha."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.idioms.overlay import onto_canvas, smaller
from augcli.core.ops.op import Op, State
from augcli.core.primitives.image import SHOWN, SO_FAR, Blend, Layer
from augcli.core.values.resources import Pictures, Request, Shown


class Background(Op):
    """Put a picture of your own behind what alpha leaves free.

    For cut-outs and renderings: a background covers the canvas, enlarged or shrunk in its proportions and cut, and the
    picture is laid over it by its alpha. Size is kept, and all is opaque where the background is; pictures without alpha
    stay as they are. Labels are left alone: nothing of the picture is hidden. Not where the background tells the class.
    """

    id: ClassVar[str] = "image.background"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"source": "sample_data/data/images"},
        {"source": "sample_data/data/images", "zoom": [1, 4], "x": 0, "y": 1},
    )
    references: ClassVar[tuple[str, ...]] = ("Dwibedi et al., Cut, Paste and Learn, arXiv:1708.01642",)

    source: Annotated[str, Field(min_length=1, description="path of a picture, or of a folder of pictures")]
    which: Span = span(0, 1, within=(0, 1), doc="which picture of the folder, in the order of names: 0 the first, 1 the last")
    zoom: Span = span(1, 1.5, within=(1, 16), doc="1 shows as much of the background as covers the canvas, 2 half of that")
    x: Span = span(0, 1, within=(0, 1), doc="which part of the background is seen: 0 its left, 1 its right")
    y: Span = span(0, 1, within=(0, 1), doc="which part of the background is seen: 0 its top, 1 its bottom")

    def resources(self) -> Sequence[Request]:
        return [self._pictures()]

    def lower(self, draw: Any, state: State) -> Sequence[Blend]:
        if state.image.channels != 4:
            return []
        pictures = state.pictures(self._pictures())
        number = min(int(draw.which * pictures.count()), pictures.count() - 1)
        canvas = (0, 0, state.image.width, state.image.height)
        behind = onto_canvas(pictures.size(number), state.image, draw.zoom, draw.x, draw.y)
        behind, which = smaller(behind, pictures, number)
        shown = Shown(self._pictures(), which)
        return [
            Blend(
                (
                    Layer(SHOWN, (behind,), 1.0, canvas, labelled=False, shown=shown),
                    Layer(SO_FAR, (), 1.0, canvas, alpha=True),
                )
            )
        ]

    def _pictures(self) -> Pictures:
        return Pictures("pictures", self.source)
