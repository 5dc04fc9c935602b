"""What layers of a Blend cover, told from their rectangles alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .image import Layer, Region


def hidden(layers: Sequence[Layer], own: int) -> tuple[Region, ...]:
    """Where half or more of what lies beneath may be hidden; `own` stands for the image itself.

    Whole rectangles, also where alpha shows less of them; none of them where the image itself is laid over.
    """
    found: list[Region] = []
    for layer in layers:
        if layer.partner != own and layer.weight >= 0.5:
            found.append(layer.region)
        elif layer.partner == own and layer.weight == 1 and not layer.program:
            found.clear()
    return tuple(found)


def area_shares(layers: Sequence[Layer], own: int, width: int, height: int) -> dict[int, float]:
    """How much of a canvas of this size each partner makes; `own` stands for the image itself."""
    shares = {own: 0.0}
    # Cut along all edges, the canvas falls into pieces that lie under whole layers.
    columns, rows = _cuts(layers, 0, width), _cuts(layers, 1, height)
    for top, bottom in pairwise(rows):
        for left, right in pairwise(columns):
            below = {own: (right - left) * (bottom - top) / (width * height)}
            for layer in layers:
                first_x, first_y, end_x, end_y = layer.region
                if first_x <= left < end_x and first_y <= top < end_y:
                    over = layer.weight * sum(below.values())
                    below = {parent: share * (1 - layer.weight) for parent, share in below.items()}
                    below[layer.partner] = below.get(layer.partner, 0.0) + over
            for parent, share in below.items():
                shares[parent] = shares.get(parent, 0.0) + share
    return shares


def _cuts(layers: Sequence[Layer], axis: int, length: int) -> list[int]:
    edges = {min(max(edge, 0), length) for layer in layers for edge in layer.region[axis::2]}
    return sorted(edges | {0, length})
