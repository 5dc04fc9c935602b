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
    """Enlarge or shrink what the image shows, about its centre; the canvas stays.

    Above 1 the edges are cut off, below 1 the border shows. Boxes scale along and are clipped.
    Not where absolute size is what is to be learned.
    """

    id = "image.zoom"
    examples = ({}, {"factor": 2}, {"factor": 0.4, "border": "constant"})

    factor: Span = span(draw=LogUniform(0.8, 1.25), within=(0.05, 20), doc="enlargement; 1 leaves the image as it is")
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), doc="colour for border: constant")

    def lower(self, draw: Draw, state: State) -> Primitives:
        return [Warp.about_centre(state.image, scaling(draw.factor, draw.factor), self.border, as_colour(self.fill))]
