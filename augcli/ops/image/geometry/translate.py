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
    option,
    span,
    translation,
)


class Translate(Op):
    """Shift the image horizontally and vertically.

    Image size and value range are kept; uncovered areas are filled according to `border`. With `whole: true`, pixels are
    moved, not resampled. Boxes and points move with the image and are clipped. Do not use when the model should learn
    positions.
    """

    id = "image.translate"
    examples = (
        {},
        {"x": {"value": 0.45}, "y": {"value": -0.3}, "border": "constant", "fill": 128},
        {"whole": False},
    )

    x: Span = span(-0.1, 0.1, within=(-1, 1), unit="of the width", useful=(-0.3, 0.3), peers_around=0, doc="shift to the right")
    y: Span = span(-0.1, 0.1, within=(-1, 1), unit="of the height", useful=(-0.3, 0.3), peers_around=0, doc="shift downwards")
    whole: bool = option(True, doc="shift by whole pixels, so that nothing is resampled")
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour for border: constant")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        x, y = draw.x * width, draw.y * height
        if self.whole:
            x, y = float(round(x)), float(round(y))
        interpolation = "any" if self.whole else "bilinear"
        return [Warp(translation(x, y), (width, height), self.border, as_colour(self.fill), interpolation)]
