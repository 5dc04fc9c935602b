import math
from typing import Literal

from augcli.plugin import (
    BORDER_DOC,
    Border,
    Draw,
    Levels,
    Op,
    Primitives,
    Span,
    State,
    Warp,
    as_colour,
    multiply,
    option,
    rotation,
    span,
    translation,
)

_SLACK_PX = 1e-6  # rounding must not cost or add a pixel


class Rotate(Op):
    """Rotate the image about its centre.

    Image size and value range are kept unless `canvas` says otherwise; corners are filled according to `border`. Boxes
    become the bounding box of the rotated box. Do not use when the meaning depends on orientation (6 and 9, text).
    """

    id = "image.rotate"
    examples = (
        {},
        {"angle_deg": [-180, 180]},
        {"angle_deg": {"value": 10}, "border": "constant", "fill": 128},
        {"angle_deg": [-45, 45], "canvas": "expand", "border": "constant"},
        {"angle_deg": [-45, 45], "canvas": "inner"},
    )

    angle_deg: Span = span(
        -15, 15, within=(-180, 180), unit="deg", useful=(-45, 45), peers_around=0, doc="rotation, anticlockwise"
    )
    canvas: Literal["keep", "expand", "inner"] = option(
        "keep",
        doc="keep: the canvas keeps its size; expand: it holds the whole rotated image; "
        "inner: it is cropped to exclude the empty corners",
    )
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour for border: constant")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        turn, fill = rotation(draw.angle_deg), as_colour(self.fill)
        if self.canvas == "keep":
            return [Warp.about_centre(state.image, turn, self.border, fill)]
        cosine, sine = abs(turn[0]), abs(turn[1])
        if self.canvas == "expand":
            size = math.ceil(width * cosine + height * sine - _SLACK_PX), math.ceil(height * cosine + width * sine - _SLACK_PX)
        else:
            inner = _inner(width, height, cosine, sine)
            size = max(1, math.floor(inner[0] + _SLACK_PX)), max(1, math.floor(inner[1] + _SLACK_PX))
        centred = multiply(translation(size[0] / 2, size[1] / 2), multiply(turn, translation(-width / 2, -height / 2)))
        if not cosine or not sine:
            return [Warp(centred, size)]  # quarter turns: an index operation
        return [Warp(centred, size, "any" if self.canvas == "inner" else self.border, fill, "bilinear")]


def _inner(width: int, height: int, cosine: float, sine: float) -> tuple[float, float]:
    """The sides of the largest upright rectangle in a turned one; both have the same middle."""
    longer, shorter = max(width, height), min(width, height)
    if shorter <= 2 * sine * cosine * longer or abs(cosine - sine) < 1e-9:
        # Two corners lie on the longer sides, the other two anywhere between.
        half = shorter / 2
        along, across = half / max(sine, 1e-9), half / max(cosine, 1e-9)
        return (along, across) if width >= height else (across, along)
    scale = cosine * cosine - sine * sine
    return (width * cosine - height * sine) / scale, (height * cosine - width * sine) / scale
