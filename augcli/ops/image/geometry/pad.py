from typing import Annotated, Self

from pydantic import Field, model_validator

from augcli.core.idioms.placement import Anchor, laid
from augcli.plugin import BORDER_DOC, Border, Draw, Levels, Op, Pixels, Primitives, Size, State, Warp, as_colour, option


class Pad(Op):
    """Extend the canvas to a square, a minimum `size`, multiples of a number, or a letterbox.

    Pixel values are not changed. The padding is final: it is never replaced by content that an earlier step moved off the
    canvas. An image larger than `size` keeps its size unless `letterbox` shrinks it to fit. Boxes and points move with
    the image.
    """

    id = "image.pad"
    examples = (
        {},
        {"size": 200, "letterbox": True, "fill": 114},
        {"size": [600, 400], "anchor": "top_left", "border": "reflect"},
        {"multiple": 32, "border": "edge"},
    )

    size: Size | None = option(
        None,
        unit="px",
        useful=(32, 2048),
        scale="log",
        doc="minimum [width, height] of the canvas in pixels, or one number for both",
    )
    multiple: Annotated[int, Field(ge=1, le=65_535)] | None = option(
        None, unit="px", useful=(2, 64), doc="width and height become multiples of this many pixels"
    )
    letterbox: bool = option(False, doc="first resize the image to fit into `size`, keeping its proportions")
    anchor: Anchor = option("center", doc="position of the image on the canvas")
    border: Border = option("constant", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour for border: constant")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.size and self.multiple:
            raise ValueError("takes size or multiple, not both; use two pad steps")
        if self.letterbox and not self.size:
            raise ValueError("letterbox needs a size")
        return self

    def lower(self, draw: Draw, state: State) -> Primitives:
        facts = state.image
        width, height = facts[:2]
        inner = width, height
        if self.letterbox and self.size:
            scale = min(self.size[0] / width, self.size[1] / height)
            inner = max(1, round(width * scale)), max(1, round(height * scale))
        size = self._canvas(*inner)
        # A hard Warp before it, so that nothing that lay beyond the image's edges shows on the canvas.
        fitted = Warp.cut((0, 0, width, height), inner, hard=True)
        if size == inner:
            return [fitted]
        return [fitted, laid(fitted.facts_after(facts), size, self.anchor, self.border, as_colour(self.fill), hard=True)]

    def _canvas(self, width: int, height: int) -> tuple[Pixels, Pixels]:
        if self.size:
            return max(width, self.size[0]), max(height, self.size[1])
        if self.multiple:
            return -(-width // self.multiple) * self.multiple, -(-height // self.multiple) * self.multiple
        return max(width, height), max(width, height)
