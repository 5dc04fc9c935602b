"""Bending images: a smooth field of displacements over a lattice of control points."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from augcli.core.values.facts import ImageFacts

from .image import BLACK, Colour
from .primitive import ImagePrimitive

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_STEEPNESS = 0.9  # below 1, no two points meet, and points can be followed by iteration
_LARGEST_CELL_PX = 8
_CELLS_PER_LATTICE_CELL = 4
_FARTHEST_BEYOND = 1 / 3  # cells of the lattice: as far as a B-spline that goes on linearly weighs no point below 0
_NEAR_PX = 1e-4
_MOST_ITERATIONS = 200


class Displace(ImagePrimitive, tolerance_levels=1, planes="moved"):
    """Move pixels by a field: position p of the canvas shows the image at p + D(p). The size is kept.

    Over the image lie `columns` × `rows` equal cells. With `smooth`, D is the uniform cubic B-spline surface of
    (columns + 3) × (rows + 3) control points, row by row, the first one cell to the left of and above the corner;
    else it is the bilinear surface of the (columns + 1) × (rows + 1) corners of the cells. `x` and `y` say by how many
    pixels the points are displaced. What counts is D at nodes (k − ½)·`cell_px` along both axes (going on linearly
    for a third of a cell beyond the image), as float32, and bilinear between them.
    `border`, `fill` and `interpolation` are those of a Warp; colours of RGBA count by their alpha.
    `of` holds the steepness to MAX_STEEPNESS, so that nothing folds; `eased` says by what factor it scaled D for that.
    """

    columns: int
    rows: int
    x: tuple[float, ...]
    y: tuple[float, ...]
    smooth: bool = True
    border: str = "reflect"
    fill: Colour = BLACK
    interpolation: str = "bilinear"
    eased: float = 1.0

    @classmethod
    def of(
        cls, facts: ImageFacts, cells: tuple[int, int], x: tuple[float, ...], y: tuple[float, ...], smooth: bool = True
    ) -> Displace:
        """A field for this image, scaled down as a whole if it would be too steep."""
        field = cls(*cells, x, y, smooth)
        steepness = field.steepness(facts)
        if steepness <= MAX_STEEPNESS:
            return field
        eased = MAX_STEEPNESS / steepness
        return field._replace(x=tuple([value * eased for value in x]), y=tuple([value * eased for value in y]), eased=eased)

    def steepness(self, facts: ImageFacts) -> float:
        """A bound on |∂D/∂x| + |∂D/∂y| on the image, of either component: slopes lie between those from point to point."""
        stride = self.columns + (3 if self.smooth else 1)
        across, down = self.columns / facts.width, self.rows / facts.height
        return max(_slope(values, stride) * across + _rise(values, stride) * down for values in (self.x, self.y))

    def cell_px(self, facts: ImageFacts) -> int:
        """The distance of the nodes: 8 pixels, or less where cells of the lattice are small."""
        smallest = min(facts.width / self.columns, facts.height / self.rows)
        cell = _LARGEST_CELL_PX
        while cell > 1 and cell * _CELLS_PER_LATTICE_CELL > smallest:
            cell //= 2
        return cell

    def nodes(self, facts: ImageFacts) -> NDArray[np.float32]:
        """D at the nodes, as (rows, columns, 2), x first; they reach half a cell beyond the image on every side."""
        import numpy as np

        cell = self.cell_px(facts)
        along = _weights(facts.width, self.columns, self.smooth, cell)
        down = _weights(facts.height, self.rows, self.smooth, cell)
        points = np.array([self.x, self.y]).reshape(2, down.shape[1], along.shape[1])
        return np.stack(list(down @ points @ along.T), axis=2).astype(np.float32)

    def shown(self, points: NDArray[np.float64], facts: ImageFacts) -> NDArray[np.float64]:
        """The positions in the input image that the points (n, 2) of the canvas show; pixel edges."""
        return points + _field(points, self.nodes(facts), self.cell_px(facts))

    def moved(self, points: NDArray[np.float64], facts: ImageFacts) -> NDArray[np.float64]:
        """Where the points (n, 2) of the input image end up on the canvas; pixel edges."""
        import numpy as np

        nodes, cell = self.nodes(facts), self.cell_px(facts)
        found = points
        for _ in range(_MOST_ITERATIONS):
            before, found = found, points - _field(found, nodes, cell)
            if np.abs(found - before).max(initial=0.0) < _NEAR_PX:
                break
        return found


def _slope(values: tuple[float, ...], stride: int) -> float:
    """The largest difference between neighbours in a row."""
    return max(
        [
            abs(b - a)
            for start in range(0, len(values), stride)
            for a, b in zip(values[start : start + stride - 1], values[start + 1 : start + stride], strict=True)
        ]
    )


def _rise(values: tuple[float, ...], stride: int) -> float:
    """The largest difference between neighbours in a column."""
    return max([abs(b - a) for a, b in zip(values[:-stride], values[stride:], strict=True)])


@lru_cache(maxsize=256)
def _weights(length: int, cells: int, smooth: bool, cell: int) -> NDArray[np.float64]:
    """The weight of each control point along an axis at each node."""
    import numpy as np

    count = int((length - 0.5) / cell + 0.5) + 2
    position = (np.arange(count) - 0.5) * (cell * cells / length)
    inside = np.clip(position, 0, cells)
    first = np.minimum(inside.astype(np.int64), cells - 1)
    u, beyond = inside - first, np.clip(position - inside, -_FARTHEST_BEYOND, _FARTHEST_BEYOND)
    if smooth:
        values = ((1 - u) ** 3, 3 * u**3 - 6 * u**2 + 4, -3 * u**3 + 3 * u**2 + 3 * u + 1, u**3)
        slopes = (-3 * (1 - u) ** 2, 9 * u**2 - 12 * u, -9 * u**2 + 6 * u + 3, 3 * u**2)
        parts = [(value + beyond * slope) / 6 for value, slope in zip(values, slopes, strict=True)]
    else:
        parts = [1 - u - beyond, u + beyond]
    weights = np.zeros((count, cells + len(parts) - 1))
    for step, part in enumerate(parts):
        weights[np.arange(count), first + step] = part
    weights.flags.writeable = False
    return weights


def _field(points: NDArray[np.float64], nodes: NDArray[np.float32], cell: int) -> NDArray[np.float64]:
    """D at points (n, 2); beyond the nodes as at the nearest."""
    import numpy as np

    rows, columns = nodes.shape[:2]
    place = np.clip(points / cell + 0.5, 0, (columns - 1, rows - 1))
    first = np.minimum(place.astype(np.int64), (columns - 2, rows - 2))
    (u, v), (i, j) = (place - first).T[..., None], first.T
    upper = nodes[j, i] * (1 - u) + nodes[j, i + 1] * u
    lower = nodes[j + 1, i] * (1 - u) + nodes[j + 1, i + 1] * u
    return np.asarray(upper * (1 - v) + lower * v, np.float64)
