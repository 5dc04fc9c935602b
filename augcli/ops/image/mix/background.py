from collections.abc import Sequence

from augcli.core.idioms.overlay import onto_canvas, smaller
from augcli.plugin import SHOWN, SO_FAR, Blend, Draw, Images, Layer, Op, Primitives, Request, Shown, Span, State, option, span


class Background(Op):
    """Place another image behind the transparent areas.

    Intended for cutouts and renderings. The background is scaled to cover the canvas, keeping its proportions, and
    cropped; the image is composited over it using its alpha. Image size is kept; the result is opaque wherever the
    background is, and images without alpha are left unchanged. Labels are unchanged: no part of the image is hidden. Do
    not use when the background determines the class.
    """

    id = "image.background"
    examples = (
        {"source": "sample_data/data/images"},
        {"source": "sample_data/data/images", "zoom": [1, 4], "x": 0, "y": 1},
    )
    references = ("Dwibedi et al., Cut, Paste and Learn, arXiv:1708.01642",)

    source: str = option(min_length=1, path=True, doc="path of an image or of a folder of images")
    which: Span = span(0, 1, within=(0, 1), unit="", doc="which image of the folder, in alphabetical order: 0 first, 1 last")
    zoom: Span = span(
        1,
        1.5,
        within=(1, 16),
        unit="",
        useful=(1, 3),
        scale="log",
        doc="enlargement of the background: 1 just covers the canvas, 2 shows half the width and height of that part",
    )
    x: Span = span(0, 1, within=(0, 1), unit="", doc="which part of the background is shown: 0 left, 1 right")
    y: Span = span(0, 1, within=(0, 1), unit="", doc="which part of the background is shown: 0 top, 1 bottom")

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
