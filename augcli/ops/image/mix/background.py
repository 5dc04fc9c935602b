from collections.abc import Sequence

from augcli.core.idioms.overlay import onto_canvas, smaller
from augcli.plugin import SHOWN, SO_FAR, Blend, Draw, Images, Layer, Op, Primitives, Request, Shown, Span, State, option, span


class Background(Op):
    """Put an image of your own behind what alpha leaves free.

    For cut-outs and renderings: a background covers the canvas, enlarged or shrunk in its proportions and cut, and the
    image is laid over it by its alpha. Size is kept, and all is opaque where the background is; images without alpha
    stay as they are. Labels are left alone: nothing of the image is hidden. Not where the background tells the class.
    """

    id = "image.background"
    examples = (
        {"source": "sample_data/data/images"},
        {"source": "sample_data/data/images", "zoom": [1, 4], "x": 0, "y": 1},
    )
    references = ("Dwibedi et al., Cut, Paste and Learn, arXiv:1708.01642",)

    source: str = option(min_length=1, doc="path of an image, or of a folder of images")
    which: Span = span(0, 1, within=(0, 1), doc="which image of the folder, in the order of names: 0 the first, 1 the last")
    zoom: Span = span(1, 1.5, within=(1, 16), doc="1 shows as much of the background as covers the canvas, 2 half of that")
    x: Span = span(0, 1, within=(0, 1), doc="which part of the background is seen: 0 its left, 1 its right")
    y: Span = span(0, 1, within=(0, 1), doc="which part of the background is seen: 0 its top, 1 its bottom")

    def resources(self) -> Sequence[Request]:
        return [self._images()]

    def lower(self, draw: Draw, state: State) -> Primitives:
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
