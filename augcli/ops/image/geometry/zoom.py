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
    as_colour,
    option,
    scaling,
    span,
)


class Zoom(Op):
    """Enlarge or shrink the content of the image about its centre; the canvas keeps its size.

    Factors above 1 cut off the edges; factors below 1 uncover an area that is filled according to `border`. Boxes are
    scaled and clipped. Do not use when the model should learn absolute size.
    """

    id = "image.zoom"
    examples = ({}, {"factor": {"value": 2}}, {"factor": {"value": 0.4}, "border": "constant"})

    factor: Span = span(
        draw=LogUniform(0.8, 1.25),
        within=(0.05, 20),
        unit="",
        useful=(0.5, 2),
        scale="log",
        peers_around=1,
        doc="scale factor; 1 leaves the image unchanged",
    )
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour for border: constant")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Warp.about_centre(state.image, scaling(draw.factor, draw.factor), self.border, as_colour(self.fill))]
