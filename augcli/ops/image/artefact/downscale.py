from typing import Literal

from augcli.plugin import Draw, Op, Primitives, Span, State, Warp, option, span


class Downscale(Op):
    """Shrink the image and enlarge it to its original size again, which removes fine detail.

    Simulates a cheap camera, a distant object or an enlarged thumbnail. For visible blocks, use `pixelate`. Nothing
    moves: boxes and other labels are left unchanged, and alpha is treated like the colours. Do not use when the label
    depends on details only a few pixels in size.
    """

    id = "image.downscale"
    examples = (
        {},
        {"scale": 0.2},
        {"scale": 0.3, "shrink": "nearest", "enlarge": "nearest"},
    )

    scale: Span = span(
        0.25,
        0.6,
        within=(0.01, 1),
        unit="",
        useful=(0.1, 1),
        scale="log",
        doc="size after shrinking, as a share of the original; 1 leaves the image unchanged",
    )
    shrink: Literal["area", "nearest"] = option("area", doc="nearest skips pixels, which makes jagged edges")
    enlarge: Literal["bilinear", "nearest"] = option("bilinear", doc="nearest shows the reduced pixels as blocks")

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
