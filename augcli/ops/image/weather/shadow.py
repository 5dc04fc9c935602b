import math

from augcli.plugin import BLACK, Draw, Op, Paint, Polygons, Primitives, Span, State, span, uniforms

_CORNERS = 5


class Shadow(Op):
    """Darken large areas with straight edges, as if shadows fell on the scene.

    Image size, alpha and labels are kept, since what lies in a shadow remains visible. Do not use for images without
    external light, such as scans and X-rays.
    """

    id = "image.shadow"
    keys = ("key",)
    examples = ({}, {"shadows": 2, "darkness": 0.8, "softness": 0})

    shadows: Span = span(
        1, 2, within=(1, 8), whole=True, unit="", useful=(1, 4), doc="number of shadows; overlapping shadows are not darker"
    )
    darkness: Span = span(
        0.3,
        0.6,
        within=(0, 1),
        unit="",
        useful=(0.1, 0.7),
        doc="share of the light that a shadow removes; 0 is invisible, 1 is black",
    )
    softness: Span = span(0.005, 0.04, within=(0, 0.2), unit="of the longer side", useful=(0, 0.1), doc="width of the soft edges")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        longer, numbers = max(width, height), uniforms(draw.key, draw.shadows * (2 + 2 * _CORNERS))
        outlines = []
        for number in range(draw.shadows):
            x, y, *corners = numbers[number * (2 + 2 * _CORNERS) :][: 2 + 2 * _CORNERS]
            outline: list[float] = []
            for corner in range(_CORNERS):
                angle = math.tau * (corner + 0.8 * corners[2 * corner]) / _CORNERS
                reach = longer * (0.2 + 0.35 * corners[2 * corner + 1])
                outline += [x * width + reach * math.cos(angle), y * height + reach * math.sin(angle)]
            outlines.append(tuple(outline))
        return [Paint(Polygons(tuple(outlines), round(draw.softness * longer)), BLACK, draw.darkness)]
