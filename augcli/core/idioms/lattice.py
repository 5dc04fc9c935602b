"""Control points of smooth fields: random ones, and ones whose surface follows a function or passes through points."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import mul

from augcli.core.draws.chance import uniforms

Values = tuple[float, ...]

_TPS_CELLS = 3  # lattice cells per gap between the control points of a thin plate


def drawn(key: int, columns: int, rows: int, amplitude: float) -> tuple[Values, Values]:
    """Draw x and y of all control points over columns × rows cells, independent and uniform in ±amplitude."""
    count = (columns + 3) * (rows + 3)
    values = [(2 * u - 1) * amplitude for u in uniforms(key, 2 * count)]
    return tuple(values[:count]), tuple(values[count:])


def following(columns: int, rows: int, function: Callable[[float, float], tuple[float, float]]) -> tuple[Values, Values]:
    """Control points of the surface that follows `function` of the place (0…1 along both axes).

    Exact for functions that are cubic along each axis; asks for values up to two cells beyond the edges.
    """
    samples = [
        [function(column / columns, row / rows) for column in range(-2, columns + 3)] for row in range(-2, rows + 3)
    ]  # fmt: skip
    x, y = (_sharpened([[point[axis] for point in line] for line in samples]) for axis in (0, 1))
    return tuple([value for line in x for value in line]), tuple([value for line in y for value in line])


def _sharpened(samples: list[list[float]]) -> list[list[float]]:
    """(−1, 8, −1)/6 along both axes undoes what a cubic B-spline softens; one less at each end comes out."""
    lines = [[(8 * b - a - c) / 6 for a, b, c in zip(line, line[1:], line[2:], strict=False)] for line in samples]
    return [
        [(8 * b - a - c) / 6 for a, b, c in zip(*three, strict=True)]
        for three in zip(lines, lines[1:], lines[2:], strict=False)
    ]  # fmt: skip


def thin_plate(points: int, x: Sequence[float], y: Sequence[float]) -> tuple[int, Values, Values]:
    """Cells along each axis and control points of a thin plate through the displacements of points × points places.

    The places lie evenly on the image, edges included, row by row; the plate bends in the unit square.
    """
    operator = _thin_plate_operator(points)
    spread_x, spread_y = (tuple([sum(map(mul, row, values)) for row in operator]) for values in (x, y))
    return _TPS_CELLS * (points - 1), spread_x, spread_y


@lru_cache(maxsize=32)
def _thin_plate_operator(points: int) -> list[list[float]]:
    """For each control point, the weight of each displacement."""
    places = [(i / (points - 1), j / (points - 1)) for j in range(points) for i in range(points)]
    count, cells = len(places), _TPS_CELLS * (points - 1)
    system = [[*(_bending(p, q) for q in places), 1.0, *p] for p in places]
    system += [[*(1.0 for _ in places), 0.0, 0.0, 0.0]]
    system += [[*(place[axis] for place in places), 0.0, 0.0, 0.0] for axis in (0, 1)]
    solved = _solved(system, [[float(row == column) for column in range(count)] for row in range(count + 3)])
    columns: list[list[float]] = []
    across = list(zip(*solved, strict=True))

    def plate(u: float, v: float) -> list[float]:
        basis = [*(_bending((u, v), q) for q in places), 1.0, u, v]
        return [sum(map(mul, basis, weights)) for weights in across]

    samples = [[plate(i / cells, j / cells) for i in range(-2, cells + 3)] for j in range(-2, cells + 3)]
    for number in range(count):
        sharpened = _sharpened([[values[number] for values in line] for line in samples])
        columns.append([value for line in sharpened for value in line])
    return [list(row) for row in zip(*columns, strict=True)]


def _bending(p: tuple[float, ...], q: tuple[float, ...]) -> float:
    """r²·ln r² of the distance."""
    squared = (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2
    return squared * math.log(squared) if squared else 0.0


def _solved(system: list[list[float]], right: list[list[float]]) -> list[list[float]]:
    """Solve linear equations by Gauss-Jordan elimination with row pivots."""
    rows = [[*left, *wanted] for left, wanted in zip(system, right, strict=True)]
    size = len(rows)
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        scale = rows[column][column]
        rows[column] = [value / scale for value in rows[column]]
        for row in range(size):
            factor = rows[row][column]
            if row != column and factor:
                rows[row] = [value - factor * above for value, above in zip(rows[row], rows[column], strict=True)]
    return [row[size:] for row in rows]
