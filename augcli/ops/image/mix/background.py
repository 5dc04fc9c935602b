"""Another background for images with alpha."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field

from augcli.core.draws.fields import Span, span
from augcli.core.idioms.overlay import onto_canvas, smaller
from augcli.core.ops.op import Op, State
from augcli.core.primitives.image import SHOWN, SO_FAR, Blend, Layer
from augcli.core.values.resources import Images, Request, Shown


class Background(Op):
    """Put an image of your own behind what alpha leaves free.

    For cut-outs and renderings: a background covers the canvas, enlarged or shrunk in its proportions and cut, and the
    image is laid over it by its alpha. Size is kept, and all is opaque where the background is; images without alpha
    stay as they are. Labels are left alone: nothing of the image is hidden. Not where the background tells the class.
    """

    id: ClassVar[str] = "image.background"
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"source": "sample_data/data/images"},
        {"source": "sample_data/data/images", "zoom": [1, 4], "x": 0, "y": 1},
    )
    references: ClassVar[tuple[str, ...]] = ("Dwibedi et al., Cut, Paste and Learn, arXiv:1708.01642",)

    source: Annotated[str, Field(min_length=1, description="path of an image, or of a folder of images")]
    which: Span = span(0, 1, within=(0, 1), doc="which image of the folder, in the order of names: 0 the first, 1 the last")
    zoom: Span = span(1, 1.5, within=(1, 16), doc="1 shows as much of the background as covers the canvas, 2 half of that")
    x: Span = span(0, 1, within=(0, 1), doc="which part of the background is seen: 0 its left, 1 its right")
    y: Span = span(0, 1, within=(0, 1), doc="which part of the background is seen: 0 its top, 1 its bottom")

    def resources(self) -> Sequence[Request]:
        return [self._images()]

    def lower(self, draw: Any, state: State) -> Sequence[Blend]:
        if state.image.channels != 4:
            return []
        images = state.images(self._images())
        number = min(int(draw.which * images.count()), images.count() - 1)
        canvas = (0, 0, state.image.width, state.image.height)
        behind = onto_canvas(images.size(number), state.image, draw.zoom, draw.x, draw.y)
        behind, which = smaller(behind, images, number)
        shown = Shown(self._images(), which)
        return [
            Blend(
                (
                    Layer(SHOWN, (behind,), 1.0, canvas, labelled=False, shown=shown),
                    Layer(SO_FAR, (), 1.0, canvas, alpha=True),
                )
            )
        ]

    def _images(self) -> Images:
        return Images("images", self.source)
