from typing import Literal

from augcli.plugin import Draw, Op, Primitives, Span, State, Warp, option, span


class Downscale(Op):
    """Shrink the image and enlarge it again to its size, so that fine detail is lost, as in small or far images.

    A cheap camera or a thumbnail blown up; `pixelate` shows its blocks. Nothing moves: boxes and other labels are left
    alone, alpha goes along. Not where what is to be learned is only a few pixels large.
    """

    id = "image.downscale"
    examples = (
        {},
        {"scale": 0.2},
        {"scale": 0.3, "shrink": "nearest", "enlarge": "nearest"},
    )

    scale: Span = span(0.25, 0.6, within=(0.01, 1), doc="the small size, as a share of the size; 1 leaves the image as it is")
    shrink: Literal["area", "nearest"] = option("area", doc="nearest skips pixels, which makes jagged edges")
    enlarge: Literal["bilinear", "nearest"] = option("bilinear", doc="nearest shows the small pixels as blocks")

    def lower(self, draw: Draw, state: State) -> Primitives:
        size = width, height = state.image[:2]
        small = max(1, round(width * draw.scale)), max(1, round(height * draw.scale))
        if small == size:
            return []
        # Hard, so that the way back does not fuse with it and undo it.
        down, up = Warp.cut((0, 0, *size), small, hard=True), Warp.cut((0, 0, *small), size)
        if self.shrink == "nearest":
            down = down._replace(interpolation="nearest")
        return [down, up._replace(interpolation=self.enlarge)]
