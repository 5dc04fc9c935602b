from augcli.plugin import Draw, Op, Primitives, Shade, Span, State, span


class Vignette(Op):
    """Darken the image towards its corners, in proportion to the squared distance from a centre.

    Simple lenses have this effect. Image size, alpha and labels are kept.
    """

    id = "image.vignette"
    examples = ({}, {"strength": 1, "x": 0, "y": 1})

    strength: Span = span(
        0.2, 0.6, within=(0, 1), unit="", useful=(0, 0.8), doc="how much darker the farthest corner becomes; 1 makes it black"
    )
    x: Span = span(0.4, 0.6, within=(0, 1), unit="", useful=(0.3, 0.7), doc="centre: 0 left edge, 1 right edge")
    y: Span = span(0.4, 0.6, within=(0, 1), unit="", useful=(0.3, 0.7), doc="centre: 0 top edge, 1 bottom edge")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        x, y = draw.x * width, draw.y * height
        slope = draw.strength / (max(x, width - x) ** 2 + max(y, height - y) ** 2)
        return [Shade(1 - slope * (x * x + y * y), 2 * slope * x, 2 * slope * y, -slope, -slope)]
