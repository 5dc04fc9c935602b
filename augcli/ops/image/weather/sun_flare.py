from augcli.plugin import Discs, Draw, Glow, Op, Paint, Primitives, Span, State, span, uniforms

_SUN = (1.0, 0.98, 0.9)
_TINTS = ((0.75, 1.0, 0.8), (1.0, 0.8, 0.55))
_GHOST = 0.3  # opacity of the reflections, as a share of the sun's


class SunFlare(Op):
    """Add a lens flare: a glow, and pale discs on a line from it through the image's centre.

    Image size, alpha and labels are kept. The middle of the glow hides what lies beneath it: keep the glow small or away
    from objects. Do not use for indoor images.
    """

    id = "image.sun_flare"
    keys = ("key",)
    examples = ({}, {"size": 0.8, "strength": 1, "ghosts": 8})

    x: Span = span(0.05, 0.95, within=(-0.5, 1.5), unit="", useful=(0, 1), doc="position of the sun: 0 left edge, 1 right edge")
    y: Span = span(0, 0.35, within=(-0.5, 1.5), unit="", useful=(0, 1), doc="position of the sun: 0 top edge, 1 bottom edge")
    size: Span = span(
        0.25, 0.5, within=(0.01, 2), unit="of the longer side", useful=(0.1, 0.7), scale="log", doc="radius of the glow"
    )
    strength: Span = span(0.5, 0.9, within=(0, 1), unit="", useful=(0.3, 1), doc="opacity of the glow at its centre")
    ghosts: Span = span(3, 6, within=(0, 16), whole=True, unit="", useful=(0, 8), doc="number of pale discs")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        longer = max(width, height)
        x, y = draw.x * width, draw.y * height
        numbers = uniforms(draw.key, 2 * draw.ghosts)
        discs: tuple[list[tuple[float, float, float]], ...] = ([], [])
        for number in range(draw.ghosts):
            along = 0.4 + 1.6 * (number + numbers[2 * number]) / draw.ghosts  # 1 is the middle of the image
            radius = longer * (0.012 + 0.05 * numbers[2 * number + 1] ** 2)
            discs[number % 2].append((x + along * (width / 2 - x), y + along * (height / 2 - y), radius))
        soft = max(1, longer // 150)
        return [
            Paint(Glow(x, y, draw.size * longer), _SUN, draw.strength),
            *[
                Paint(Discs(tuple(some), soft), tint, _GHOST * draw.strength)
                for some, tint in zip(discs, _TINTS, strict=True)
                if some
            ],
        ]
