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
    """Scale, shear, rotate and shift the image, in this order, about its centre.

    All four are combined into one transform, so the image is resampled only once. Image size and value range are kept;
    uncovered areas are filled according to `border`. Boxes become the bounding box of the transformed box. Do not use
    when the model should learn position, size or angle.
    """

    id = "image.affine"
    examples = (
        {},
        {
            "scale": 0.5,
            "aspect": 1.5,
            "angle_deg": {"value": 120},
            "shear_x_deg": {"value": 30},
            "x": {"value": 0.2},
            "y": {"value": -0.2},
            "border": "constant",
        },
    )

    scale: Span = span(
        draw=LogUniform(0.8, 1.25),
        within=(0.05, 20),
        unit="",
        useful=(0.5, 2),
        scale="log",
        doc="scale factor; 1 leaves the size unchanged",
    )
    aspect: Span = span(
        1,
        within=(0.1, 10),
        unit="",
        useful=(0.75, 1.33),
        scale="log",
        doc="change of aspect ratio at constant area: 1.21 makes the content 10 % wider and 9 % lower",
    )
    angle_deg: Span = span(
        -15, 15, within=(-180, 180), unit="deg", useful=(-45, 45), peers_around=0, doc="rotation, anticlockwise"
    )
    shear_x_deg: Span = span(
        -5,
        5,
        within=(-80, 80),
        unit="deg",
        useful=(-20, 20),
        peers_around=0,
        doc="horizontal shear: vertical lines lean to the right",
    )
    shear_y_deg: Span = span(
        0,
        within=(-80, 80),
        unit="deg",
        useful=(-20, 20),
        peers_around=0,
        doc="vertical shear: horizontal lines rise to the right",
    )
    x: Span = span(-0.1, 0.1, within=(-1, 1), unit="of the width", useful=(-0.3, 0.3), peers_around=0, doc="shift to the right")
    y: Span = span(-0.1, 0.1, within=(-1, 1), unit="of the height", useful=(-0.3, 0.3), peers_around=0, doc="shift downwards")
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour for border: constant")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        stretch = math.sqrt(draw.aspect)
        matrix = multiply(shearing(draw.shear_x_deg, draw.shear_y_deg), scaling(draw.scale * stretch, draw.scale / stretch))
        matrix = about(multiply(rotation(draw.angle_deg), matrix), width / 2, height / 2)
        matrix = multiply(translation(draw.x * width, draw.y * height), matrix)
        return [Warp(matrix, (width, height), self.border, as_colour(self.fill), "bilinear")]
