"""The layers of a Blend: what is laid where, and what can be told of the result from the layers' rectangles alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from augcli.core.values.resources import Shown

from .primitive import Primitive

Region = tuple[int, int, int, int]  # left, top, right, bottom in whole pixels; right and bottom are outside

SO_FAR = -1
SHOWN = -2


class Layer(NamedTuple):
    """One image laid over the canvas of a Blend: which partner, its own program onto the canvas, weight, region.

    In place of a partner, SO_FAR is the image itself, as it is before the Blend; SHOWN is the one that `shown` names.
    With `alpha`, pixels count by theirs: it is an RGBA image, for a grey canvas one of equal colours.
    """

    partner: int
    program: tuple[Primitive, ...]
    weight: float
    region: Region
    alpha: bool = False
    labelled: bool = True  # whether its class gets a share in the result's label
    shown: Shown | None = None


def hidden(layers: Sequence[Layer]) -> tuple[Region, ...]:
    """Where half or more of what lies beneath may be hidden.

    Whole rectangles, also where alpha shows less of them; none of them where the image itself is laid over.
    """
    found: list[Region] = []
    for layer in layers:
        if layer.partner != SO_FAR and layer.weight >= 0.5:
            found.append(layer.region)
        elif layer.partner == SO_FAR and layer.weight == 1 and not layer.program:
            found.clear()
    return tuple(found)


def area_shares(layers: Sequence[Layer], width: int, height: int) -> dict[int, float]:
    """How much of a canvas of this size each partner makes; SO_FAR is the image itself."""
    shares = {SO_FAR: 0.0}
    # Cut along all edges, the canvas falls into cells, each wholly inside or outside every layer.
    columns, rows = _cuts(layers, 0, width), _cuts(layers, 1, height)
    for top, bottom in pairwise(rows):
        for left, right in pairwise(columns):
            below = {SO_FAR: (right - left) * (bottom - top) / (width * height)}
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
