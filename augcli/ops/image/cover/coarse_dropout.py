from augcli.core.idioms.holes import HOLE_FILL_DOC, HoleFill, Shares, cover
from augcli.plugin import Draw, Op, Primitives, Region, Span, State, option, span, uniform


class CoarseDropout(Op):
    """Cover several rectangles, each with a random size and position.

    The rectangles lie entirely within the image and may overlap. Image size and alpha are kept. What a rectangle covers
    counts as hidden for boxes and points. Do not use when a single small detail decides the label.
    """

    id = "image.coarse_dropout"
    keys = ("key",)
    examples = (
        {},
        {"holes": 40, "width": [0.01, 0.3], "height": 0.05, "fill": "random"},
        {"holes": 3, "width": 0.3, "height": [0.2, 0.5], "fill": "noise"},
    )

    holes: Span = span(3, 8, within=(1, 1000), whole=True, unit="", useful=(1, 16), doc="number of rectangles")
    width: Shares = option(
        (0.05, 0.2),
        unit="of the width",
        useful=(0.02, 0.4),
        per="holes",
        doc="[smallest, largest] width as a share of the image's; drawn separately for each rectangle",
    )
    height: Shares = option(
        (0.05, 0.2),
        unit="of the height",
        useful=(0.02, 0.4),
        per="holes",
        doc="[smallest, largest] height as a share of the image's; drawn separately for each rectangle",
    )
    fill: HoleFill = option((0, 0, 0), unit="of 255 levels", doc=HOLE_FILL_DOC)

    def lower(self, draw: Draw, state: State) -> Primitives:
        full_width, full_height = state.image[:2]
        regions: list[Region] = []
        for hole in range(draw.holes):
            share_x, share_y, x, y = (uniform(draw.key, 4 * hole + number) for number in range(4))
            width = max(1, round((self.width[0] + (self.width[1] - self.width[0]) * share_x) * full_width))
            height = max(1, round((self.height[0] + (self.height[1] - self.height[0]) * share_y) * full_height))
            left, top = int(x * (full_width - width + 1)), int(y * (full_height - height + 1))
            regions.append((left, top, left + width, top + height))
        return cover(regions, self.fill, draw.key)
