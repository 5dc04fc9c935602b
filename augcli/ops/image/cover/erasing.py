import math

from augcli.core.idioms.holes import HOLE_FILL_DOC, HoleFill, cover
from augcli.plugin import Draw, LogUniform, Op, Primitives, Span, State, option, span


class Erasing(Op):
    """Cover one random rectangle of a given area and aspect ratio ("Random Erasing").

    The rectangle lies entirely within the image; if its aspect ratio does not fit, the area is kept and the ratio
    adjusted. Image size and alpha are kept. What it covers counts as hidden for boxes and points. For several rectangles,
    use `coarse_dropout`.
    """

    id = "image.erasing"
    keys = ("key",)
    examples = ({}, {"area": 0.33, "aspect": 3.3, "fill": [124, 116, 104]})
    references = ("Zhong et al., Random erasing data augmentation, arXiv:1708.04896",)

    area: Span = span(0.02, 0.33, within=(0.0001, 1), unit="of the area", useful=(0.02, 0.4), doc="area of the rectangle")
    aspect: Span = span(
        draw=LogUniform(0.3, 3.3333), within=(0.01, 100), unit="", useful=(0.3, 3.3), scale="log", doc="width divided by height"
    )
    x: Span = span(0, 1, within=(0, 1), unit="", doc="position of the rectangle: 0 left edge, 1 right edge")
    y: Span = span(0, 1, within=(0, 1), unit="", doc="position of the rectangle: 0 top edge, 1 bottom edge")
    fill: HoleFill = option("noise", unit="of 255 levels", doc=HOLE_FILL_DOC)

    def lower(self, draw: Draw, state: State) -> Primitives:
        full_width, full_height = state.image[:2]
        area = full_width * full_height * draw.area
        wide, high = min(math.sqrt(area * draw.aspect), full_width), min(math.sqrt(area / draw.aspect), full_height)
        wide, high = min(area / high, full_width), min(area / wide, full_height)
        width, height = max(1, round(wide)), max(1, round(high))
        left, top = round(draw.x * (full_width - width)), round(draw.y * (full_height - height))
        return cover([(left, top, left + width, top + height)], self.fill, draw.key)
