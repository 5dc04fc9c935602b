"""How one picture is laid onto the canvas of another."""

from __future__ import annotations

from .facts import ImageFacts
from .primitives.image import Warp


def cover(facts: ImageFacts, size: tuple[int, int]) -> Warp:
    """Enlarge or shrink to cover the canvas wholly, proportions kept, centred; what sticks out is cut off."""
    width, height = size
    scale = max(width / facts.width, height / facts.height)
    left, top = (width - facts.width * scale) / 2, (height - facts.height * scale) / 2
    interpolation = "any" if scale == 1 and left == int(left) and top == int(top) else "bilinear"
    return Warp((scale, 0.0, left, 0.0, scale, top, 0.0, 0.0, 1.0), size, interpolation=interpolation)
