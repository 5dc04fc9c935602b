from collections.abc import Sequence

from augcli.core.idioms.overlay import MARGIN_DOC, POSITION_DOC, X_DOC, Y_DOC, Place, Position, fitting, lay, smaller
from augcli.plugin import SHOWN, Blend, Draw, Images, Op, Primitives, Request, Shown, Span, State, option, span


class OverlayImage(Op):
    """Place another image over the image: a sticker, logo, emoji or watermark.

    The overlay's alpha is used if it has one; over a greyscale image, the overlay is converted to luma. Image size and
    class labels are kept. At an opacity of 0.5 or more, what lies within the rectangle around the overlay counts as
    hidden for boxes and points. Do not use when such marks distinguish the classes.
    """

    id = "image.overlay_image"
    examples = (
        {"source": "sample_data/data/images"},
        {"source": "sample_data/data/images", "size": 1, "angle_deg": 30, "opacity": 0.4},
        {"source": "sample_data/data/images", "size": 0.2, "angle_deg": 0, "position": "bottom_right"},
    )
    references = ("Papakipos and Bitton, AugLy, arXiv:2201.06494",)

    source: str = option(min_length=1, path=True, doc="path of an image or of a folder of images")
    which: Span = span(0, 1, within=(0, 1), unit="", doc="which image of the folder, in alphabetical order: 0 first, 1 last")
    size: Span = span(
        0.15,
        0.4,
        within=(0.005, 1),
        unit="",
        useful=(0.05, 0.6),
        scale="log",
        doc="size of the overlay; 1 is the largest that fits into the image without rotation",
    )
    x: Span = span(0, 1, within=(0, 1), unit="", doc=X_DOC)
    y: Span = span(0, 1, within=(0, 1), unit="", doc=Y_DOC)
    position: Position = option("random", doc=POSITION_DOC)
    margin: float = option(0.03, ge=0, le=0.5, unit="", doc=MARGIN_DOC)
    angle_deg: Span = span(-15, 15, within=(-180, 180), unit="deg", useful=(-45, 45), doc="rotation, anticlockwise")
    opacity: Span = span(1, within=(0, 1), unit="", useful=(0.3, 1), doc="0 is invisible, 1 hides what is beneath")

    def resources(self) -> Sequence[Request]:
        return [self._images()]

    def lower(self, draw: Draw, state: State) -> Primitives:
        images = state.images(self._images())
        number = min(int(draw.which * images.count()), images.count() - 1)
        size = images.size(number)
        place = Place(draw.x, draw.y, 0, self.position, self.margin)
        laid = lay(size, fitting(size, state.image, draw.size), state.image, place, draw.angle_deg)
        if laid is None or not draw.opacity:
            return []
        warp, which = smaller(laid.warp, images, number)
        return [Blend((laid._replace(warp=warp).layer(SHOWN, draw.opacity, Shown(self._images(), which)),))]

    def _images(self) -> Images:
        return Images("images", self.source)
