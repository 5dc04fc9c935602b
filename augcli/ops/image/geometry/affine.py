import math

from augcli.plugin import (
    BORDER_DOC,
    Border,
    Draw,
    Levels,
    LogUniform,
    Op,
    Primitives,
    Span,
    State,
    Warp,
    about,
    as_colour,
    multiply,
    option,
    rotation,
    scaling,
    shearing,
    span,
    translation,
)


class Affine(Op):
    """Scale, shear, turn and shift the image, in this order, about its centre.

    One resampling for all four. Size and range are kept; what is left free is filled by `border`. Boxes become the
    hull of the moved box. Not where position, size or angle is what is to be learned.
    """

    id = "image.affine"
    examples = (
        {},
        {"scale": 0.5, "aspect": 1.5, "angle_deg": 120, "shear_x_deg": 30, "x": 0.2, "y": -0.2, "border": "constant"},
    )

    scale: Span = span(draw=LogUniform(0.8, 1.25), within=(0.05, 20), doc="enlargement; 1 leaves the image as it is")
    aspect: Span = span(1, within=(0.1, 10), doc="further widening, with as much flattening: 1.21 is 10 % each")
    angle_deg: Span = span(-15, 15, within=(-180, 180), unit="deg", doc="turn, counter-clockwise as seen")
    shear_x_deg: Span = span(-5, 5, within=(-80, 80), unit="deg", doc="slant of upright lines, to the right as seen")
    shear_y_deg: Span = span(0, within=(-80, 80), unit="deg", doc="slant of level lines, upwards as seen")
    x: Span = span(-0.1, 0.1, within=(-1, 1), unit="of the width", doc="shift to the right")
    y: Span = span(-0.1, 0.1, within=(-1, 1), unit="of the height", doc="shift downwards")
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), doc="colour for border: constant")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        stretch = math.sqrt(draw.aspect)
        matrix = multiply(shearing(draw.shear_x_deg, draw.shear_y_deg), scaling(draw.scale * stretch, draw.scale / stretch))
        matrix = about(multiply(rotation(draw.angle_deg), matrix), width / 2, height / 2)
        matrix = multiply(translation(draw.x * width, draw.y * height), matrix)
        return [Warp(matrix, (width, height), self.border, as_colour(self.fill), "bilinear")]
