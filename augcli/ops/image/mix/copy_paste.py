from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from augcli.core.idioms.overlay import Place, fitting, lay, smaller
from augcli.plugin import SHOWN, Blend, Draw, Images, Op, Primitives, Request, Shown, Span, State, option, span, uniform


class CopyPaste(Op):
    """Cut a thing out of another image by its alpha, and paste it in somewhere: Copy-Paste.

    Cut-outs are images with alpha: others of the dataset (`source: partner`), or those of a folder of your own. Those of
    the folder without alpha are pasted whole; a partner without alpha fails the output. Size is kept. The class stays that
    of this image, as in the paper, whose labels are things and not images; with `label: mix` it becomes a soft label
    by the pixels covered. What lies within the rectangle around the cut-out counts as hidden for boxes and points.
    Steps that move pixels go before it. Not where it matters that things stand in places where they may be.
    """

    id = "image.copy_paste"
    partners = 1
    keeps_label = False
    keys = ("key",)
    examples = (
        {},
        {"label": "mix", "scale": [0.1, 2], "overhang": 0.5, "angle_deg": [-180, 180], "edge_px": [0, 8]},
        {"source": "sample_data/data/images", "scale": 0.3, "flip": 0},
    )
    references = (
        "Ghiasi et al., Simple Copy-Paste, arXiv:2012.07177",
        "Dwibedi et al., Cut, Paste and Learn, arXiv:1708.01642, on soft edges",
    )

    source: Annotated[str, Field(min_length=1)] = option(
        "partner", doc="partner (another image of the dataset), or the path of a folder of cut-outs"
    )
    which: Span = span(0, 1, within=(0, 1), doc="which image of the folder, in the order of names: 0 the first, 1 the last")
    scale: Span = span(0.3, 0.8, within=(0.01, 4), doc="size of the cut-out's whole image; 1 is as large as fits, upright")
    x: Span = span(0, 1, within=(0, 1), doc="where it lies: 0 at the left edge, 1 at the right one")
    y: Span = span(0, 1, within=(0, 1), doc="where it lies: 0 at the top edge, 1 at the bottom one")
    overhang: float = option(0.2, ge=0, le=0.9, doc="which share of its width and height may hang over an edge")
    flip: float = option(0.5, ge=0, le=1, doc="the chance that it is mirrored left to right")
    angle_deg: Span = span(-10, 10, within=(-180, 180), unit="deg", doc="turn, counter-clockwise as seen")
    opacity: Span = span(1, within=(0, 1), doc="0 is not seen, 1 hides what lies beneath")
    edge_px: Span = span(0, within=(0, 50), whole=True, unit="px", doc="how far from its edge it fades in; thinner parts go")
    label: Literal["keep", "mix"] = option("keep", doc="keep this image's class, or mix it with the partner's by area")
    partner: Literal["any", "same_class", "other_class"] = option("any", doc="from which classes the partner is chosen")

    @model_validator(mode="after")
    def _only_partners_have_classes(self) -> Self:
        if self.source != "partner" and self.label == "mix":
            raise ValueError("label: mix needs source: partner, for cut-outs of a folder have no class")
        return self

    def partner_count(self) -> int:
        return 1 if self.source == "partner" else 0

    def resources(self) -> Sequence[Request]:
        return [] if self.source == "partner" else [self._images()]

    def lower(self, draw: Draw, state: State) -> Primitives:
        if self.source == "partner":
            size = state.partner_image(state.first_partner)[:2]
        else:
            images = state.images(self._images())
            number = min(int(draw.which * images.count()), images.count() - 1)
            size = images.size(number)
        place = Place(draw.x, draw.y, self.overhang)
        mirrored = uniform(draw.key, 0) < self.flip
        laid = lay(size, fitting(size, state.image, draw.scale), state.image, place, draw.angle_deg, mirrored)
        if laid is None or not draw.opacity:
            return []
        if self.source == "partner":
            return [Blend((laid.layer(state.first_partner, draw.opacity, None, self.label == "mix", draw.edge_px),))]
        warp, which = smaller(laid.warp, images, number)
        shown = Shown(self._images(), which)
        return [Blend((laid._replace(warp=warp).layer(SHOWN, draw.opacity, shown, edge_px=draw.edge_px),))]

    def _images(self) -> Images:
        return Images("images", self.source)
