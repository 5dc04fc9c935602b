from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from augcli.core.idioms.overlay import Place, fitting, lay, smaller
from augcli.plugin import SHOWN, Blend, Draw, Images, Op, Primitives, Request, Shown, Span, State, option, span, uniform


class CopyPaste(Op):
    """Cut an object out of another image, using its alpha, and paste it at a random position (Copy-Paste).

    Cutouts are images with alpha: other images of the dataset (`source: partner`) or images from a folder. An image from
    the folder is pasted whole if it has no alpha; a partner without alpha makes the output fail. Image size is kept. The
    image keeps its class, as in the paper, where labels belong to objects rather than images; with `label: mix`, the
    class becomes a soft label weighted by the pixels covered. What lies within the rectangle around the cutout counts as
    hidden for boxes and points. Put geometric steps before this one. Do not use when objects only make sense in certain
    places.
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
        "partner", path=True, doc="partner (another image of the dataset), or the path of a folder of cutouts"
    )
    which: Span = span(0, 1, within=(0, 1), unit="", doc="which image of the folder, in alphabetical order: 0 first, 1 last")
    scale: Span = span(
        0.3,
        0.8,
        within=(0.01, 4),
        unit="",
        useful=(0.1, 1),
        scale="log",
        doc="size of the whole cutout image; 1 is the largest that fits without rotation",
    )
    x: Span = span(0, 1, within=(0, 1), unit="", doc="position: 0 left edge, 1 right edge")
    y: Span = span(0, 1, within=(0, 1), unit="", doc="position: 0 top edge, 1 bottom edge")
    overhang: float = option(
        0.2, ge=0, le=0.9, unit="", doc="share of the cutout's width and height that may extend beyond the image's edges"
    )
    flip: float = option(0.5, ge=0, le=1, unit="", doc="probability that the cutout is mirrored left to right")
    angle_deg: Span = span(-10, 10, within=(-180, 180), unit="deg", useful=(-45, 45), doc="rotation, anticlockwise")
    opacity: Span = span(1, within=(0, 1), unit="", useful=(0.5, 1), doc="0 is invisible, 1 hides what is beneath")
    edge_px: Span = span(
        0,
        within=(0, 50),
        whole=True,
        unit="px",
        useful=(0, 5),
        doc="width of the soft edge, inside the cutout; parts too thin for it disappear",
    )
    label: Literal["keep", "mix"] = option(
        "keep", doc="keep: this image's class; mix: soft label of both classes, weighted by area"
    )
    partner: Literal["any", "same_class", "other_class"] = option("any", doc="classes from which the partner is chosen")

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
