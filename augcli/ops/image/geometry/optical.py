import math
from typing import Literal

from augcli.core.idioms import lattice
from augcli.plugin import BORDER_DOC, Border, Displace, Draw, Levels, Op, Primitives, Span, State, as_colour, option, span

# At the full strength, the steepest field that points can still be followed through.
_MOST_RADIAL = 0.25
_WIDEST_RAD = 0.85
_CELLS = {"radial": 2, "fisheye": 8}


class Optical(Op):
    """Apply barrel distortion (strength above 0) or pincushion distortion (below 0), as a lens does.

    With `model: radial`, distance r from the centre (1 at the farthest corner) shows what was at r·(1 + strength·r²/4),
    so that barrel distortion uncovers the border. With `model: fisheye`, the corners stay in place; strength 1 is a lens
    with a diagonal field of view of 97 degrees. Image size and value range are kept. Boxes become the bounding box of
    their content; points and masks move with the image. Do not use when straight lines must stay straight.
    """

    id = "image.optical"
    examples = (
        {},
        {"strength": {"value": 1}, "model": "fisheye"},
        {"strength": {"value": -1}, "x": 0.3, "y": 0.6, "border": "constant"},
    )
    references = ("Brown, Decentering distortion of lenses, Photogrammetric Engineering 32 (1966)",)

    strength: Span = span(
        -0.4,
        0.4,
        within=(-1, 1),
        unit="",
        useful=(-0.6, 0.6),
        peers_around=0,
        doc="above 0 barrel, below 0 pincushion; ±1 is the strongest",
    )
    model: Literal["radial", "fisheye"] = option("radial", doc="how the distortion grows from the centre")
    x: Span = span(0.5, within=(0, 1), unit="", useful=(0.3, 0.7), doc="centre of the distortion: 0 left edge, 1 right edge")
    y: Span = span(0.5, within=(0, 1), unit="", useful=(0.3, 0.7), doc="centre of the distortion: 0 top edge, 1 bottom edge")
    border: Border = option("reflect", doc=BORDER_DOC)
    fill: Levels = option((0, 0, 0), unit="of 255 levels", doc="colour for border: constant")

    def lower(self, draw: Draw, state: State) -> Primitives:
        width, height = state.image[:2]
        farthest = math.hypot(max(draw.x, 1 - draw.x) * width, max(draw.y, 1 - draw.y) * height)

        def shift(x: float, y: float) -> tuple[float, float]:
            across, down = (x - draw.x) * width, (y - draw.y) * height
            bend = self._bend(draw.strength, math.hypot(across, down) / farthest)
            return across * bend, down * bend

        cells = _CELLS[self.model]
        return [Displace(cells, cells, *lattice.following(cells, cells, shift), True, self.border, as_colour(self.fill))]

    def _bend(self, strength: float, r: float) -> float:
        """By what share of its distance from the centre a point at r is moved; beyond the corners goes on as a parabola."""
        if self.model == "radial":
            return strength * _MOST_RADIAL * r * r
        angle = abs(strength) * _WIDEST_RAD
        if angle < 1e-6:
            return 0.0
        tangent, inside, beyond = math.tan(angle), min(r, 1.0), max(r - 1, 0.0)
        if strength > 0:
            seen, at_centre = math.tan(angle * inside) / tangent, angle / tangent
            slope, curve = at_centre * (1 + tangent**2), 2 * angle**2 * (1 + tangent**2)
        else:
            seen, at_centre = math.atan(inside * tangent) / angle, tangent / angle
            slope, curve = at_centre / (1 + tangent**2), -2 * at_centre * (tangent / (1 + tangent**2)) ** 2
        if r < 1e-9:
            return at_centre - 1
        return (seen + slope * beyond + curve / 2 * beyond**2) / r - 1
