import math

from augcli.core.idioms.placement import Anchor, anchored
from augcli.plugin import Draw, LogUniform, Op, Primitives, Size, Span, State, Warp, option, span


class Crop(Op):
    """Cut out a random part and resize it ("random resized crop").

    The part covers `area` of the image with the given `aspect`, cut to the image where it would not fit, and in
    whole pixels; then it is resized to `size`. After a rotation it may show what the rotation moved out of the
    canvas: only the last canvas cuts (`hard: true` makes this one cut at once). Boxes are clipped.
    With `window`, a part of that many pixels is cut out as it is, and nothing is resampled ("random crop").
    Not for images whose object may lie near the edge and must stay.
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

    area: Span = span(0.25, 1.0, within=(0.0001, 1), doc="share of the image's area")
    aspect: Span = span(draw=LogUniform(0.75, 1.3333), within=(0.01, 100), doc="width divided by height of the part")
    x: Span = span(0, 1, within=(0, 1), doc="where in the free room: 0 left, 1 right")
    y: Span = span(0, 1, within=(0, 1), doc="where in the free room: 0 top, 1 bottom")
    anchor: Anchor | None = option(None, doc="where the part lies, in place of x and y")
    window: Size | None = option(
        None, doc="[width, height] of the part in pixels, in place of area and aspect; less where there is less"
    )
    size: Size | None = option(
        None, doc="[width, height] of the result in pixels, or one number for a square; default: as before"
    )
    hard: bool = option(False, doc="cut here: later moves do not look beyond this canvas")

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
