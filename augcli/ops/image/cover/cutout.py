from augcli.core.idioms.holes import HOLE_FILL_DOC, HoleFill, cover
from augcli.plugin import Draw, Op, Primitives, Region, Span, State, option, span


class Cutout(Op):
    """Cover random squares with a colour or with noise.

    A square's centre can lie anywhere in the image, so squares may extend beyond it. Image size and alpha are kept. What
    a square covers counts as hidden for boxes and points. Do not use when a single small detail decides the label.
    """

    id = "image.cutout"
    keys = ("key",)
    examples = (
        {},
        {"holes": 4, "size": 0.15, "fill": [124, 116, 104]},
        {"size": 0.9, "fill": "noise"},
    )
    references = ("DeVries and Taylor, Improved regularization with Cutout, arXiv:1708.04552",)

    holes: int = option(1, ge=1, le=1000, unit="", doc="number of squares")
    size: Span = span(
        0.2, 0.4, within=(0.001, 1), per="holes", unit="of the shorter side", useful=(0.05, 0.5), doc="side of a square"
    )
    x: Span = span(0, 1, within=(0, 1), per="holes", unit="", doc="centre: 0 left, 1 right")
    y: Span = span(0, 1, within=(0, 1), per="holes", unit="", doc="centre: 0 top, 1 bottom")
    fill: HoleFill = option((0, 0, 0), unit="of 255 levels", doc=HOLE_FILL_DOC)

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        regions: list[Region] = []
        for size, x, y in zip(draw.size, draw.x, draw.y, strict=True):
            edge = max(1, round(size * min(width, height)))
            left, top = round(x * width - edge / 2), round(y * height - edge / 2)
            region = (max(0, left), max(0, top), min(width, left + edge), min(height, top + edge))
            if region[0] < region[2] and region[1] < region[3]:
                regions.append(region)
        return cover(regions, self.fill, draw.key)
