import math

from augcli.core.idioms.placement import Anchor, anchored
from augcli.plugin import Draw, LogUniform, Op, Primitives, Size, Span, State, Warp, option, span


class Crop(Op):
    """Crop a random part of the image and resize it ("random resized crop").

    The part covers `area` of the image with the given `aspect`, limited to the image's size and rounded to whole pixels;
    it is then resized to `size`. Geometric steps are fused, so this step can show what an earlier rotation moved off the
    canvas, and later steps can show what lies outside this crop, unless `hard: true`. Boxes are clipped. With `window`, a
    part of that many pixels is cut out without resampling ("random crop"). Do not use when the object may lie near the
    edge and must remain visible.
    """

    id = "image.crop"
    examples = (
        {},
        {"size": 32},
        {"area": [0.5, 1], "size": [40, 30], "hard": True},
        {"window": [96, 64]},
        {"area": 0.5, "anchor": "bottom_right"},
    )
    references = ("Szegedy et al., Going deeper with convolutions, arXiv:1409.4842",)

    area: Span = span(0.25, 1.0, within=(0.0001, 1), unit="of the area", useful=(0.08, 1), doc="area of the part")
    aspect: Span = span(
        draw=LogUniform(0.75, 1.3333),
        within=(0.01, 100),
        unit="",
        useful=(0.5, 2),
        scale="log",
        doc="width of the part divided by its height",
    )
    x: Span = span(0, 1, within=(0, 1), unit="", doc="position of the part: 0 left edge, 1 right edge")
    y: Span = span(0, 1, within=(0, 1), unit="", doc="position of the part: 0 top edge, 1 bottom edge")
    anchor: Anchor | None = option(None, doc="fixed position of the part, instead of x and y")
    window: Size | None = option(
        None,
        unit="px",
        useful=(32, 1024),
        scale="log",
        doc="[width, height] of the part in pixels, instead of area and aspect; smaller where the image is smaller",
    )
    size: Size | None = option(
        None,
        unit="px",
        useful=(32, 1024),
        scale="log",
        doc="[width, height] of the result in pixels, or one number for a square; default: unchanged",
    )
    hard: bool = option(False, doc="discard what lies outside the crop, so that later geometric steps cannot bring it back")

    def lower(self, draw: Draw, state: State) -> Primitives:
        full_width, full_height = state.image[:2]
        area = full_width * full_height * draw.area
        part = self.window or (max(1, round(math.sqrt(area * draw.aspect))), max(1, round(math.sqrt(area / draw.aspect))))
        width, height = min(full_width, part[0]), min(full_height, part[1])
        if self.anchor:
            left, top = anchored(self.anchor, full_width - width, full_height - height)
        else:
            left, top = round(draw.x * (full_width - width)), round(draw.y * (full_height - height))
        size = self.size or ((width, height) if self.window else (full_width, full_height))
        return [Warp.cut((left, top, left + width, top + height), size, self.hard)]
