from augcli.plugin import Draw, Op, Primitives, Shade, Span, State, span


class Vignette(Op):
    """Darken the image with the squared distance from a centre, as a simple lens does.

    Size is kept. Alpha and labels are left alone.
    """

    id = "image.vignette"
    examples = ({}, {"strength": 1, "x": 0, "y": 1})

    strength: Span = span(0.2, 0.6, within=(0, 1), doc="how much darker the farthest corner gets; 1 makes it black")
    x: Span = span(0.4, 0.6, within=(0, 1), doc="centre: 0 left, 1 right")
    y: Span = span(0.4, 0.6, within=(0, 1), doc="centre: 0 top, 1 bottom")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        x, y = draw.x * width, draw.y * height
        slope = draw.strength / (max(x, width - x) ** 2 + max(y, height - y) ** 2)
        return [Shade(1 - slope * (x * x + y * y), 2 * slope * x, 2 * slope * y, -slope, -slope)]
