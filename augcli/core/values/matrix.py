"""3×3 matrices as flat row-major tuples: for nine numbers, plain Python is several times faster than numpy."""

from __future__ import annotations

import math
from collections.abc import Sequence

Matrix = tuple[float, ...]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def multiply(p: Matrix, q: Matrix) -> Matrix:
    """The matrix product p·q: first q, then p."""
    a, b, c, d, e, f, g, h, i = p
    r, s, t, u, v, w, x, y, z = q
    return (
        a * r + b * u + c * x, a * s + b * v + c * y, a * t + b * w + c * z,
        d * r + e * u + f * x, d * s + e * v + f * y, d * t + e * w + f * z,
        g * r + h * u + i * x, g * s + h * v + i * y, g * t + h * w + i * z,
    )  # fmt: skip


def inverse(p: Matrix) -> Matrix:
    """The inverse; exact for flips, quarter turns and whole shifts. Raises ZeroDivisionError if there is none."""
    a, b, c, d, e, f, g, h, i = p
    if not g and not h and i == 1:
        determinant = a * e - b * d
        return (
            e / determinant, -b / determinant, (b * f - e * c) / determinant,
            -d / determinant, a / determinant, (d * c - a * f) / determinant,
            0.0, 0.0, 1.0,
        )  # fmt: skip
    determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return (
        (e * i - f * h) / determinant, (c * h - b * i) / determinant, (b * f - c * e) / determinant,
        (f * g - d * i) / determinant, (a * i - c * g) / determinant, (c * d - a * f) / determinant,
        (d * h - e * g) / determinant, (b * g - a * h) / determinant, (a * e - b * d) / determinant,
    )  # fmt: skip


def project(p: Matrix, x: float, y: float) -> tuple[float, float]:
    """Map the point (x, y)."""
    if not p[6] and not p[7]:
        return p[0] * x + p[1] * y + p[2], p[3] * x + p[4] * y + p[5]
    w = p[6] * x + p[7] * y + p[8]
    return (p[0] * x + p[1] * y + p[2]) / w, (p[3] * x + p[4] * y + p[5]) / w


def translation(x: float, y: float) -> Matrix:
    return (1.0, 0.0, x, 0.0, 1.0, y, 0.0, 0.0, 1.0)


def scaling(x: float, y: float) -> Matrix:
    return (x, 0.0, 0.0, 0.0, y, 0.0, 0.0, 0.0, 1.0)


def rotation(angle_deg: float) -> Matrix:
    """Rotate counter-clockwise as displayed (the y axis points down); quarter turns are exact."""
    quarter = angle_deg / 90
    if quarter == int(quarter):
        cosine, sine = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(quarter) % 4]
    else:
        cosine, sine = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return (cosine, sine, 0.0, -sine, cosine, 0.0, 0.0, 0.0, 1.0)


def shearing(x_deg: float, y_deg: float) -> Matrix:
    """Slant vertical lines to the right by x_deg and horizontal lines upwards by y_deg, as displayed."""
    return (1.0, -math.tan(math.radians(x_deg)), 0.0, -math.tan(math.radians(y_deg)), 1.0, 0.0, 0.0, 0.0, 1.0)


def onto_corners(corners: Sequence[tuple[float, float]]) -> Matrix:
    """The projective map of the unit square onto these corners: of (0, 0), (1, 0), (1, 1), (0, 1). They must be convex."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    across, down = (x1 - x2, y1 - y2), (x3 - x2, y3 - y2)
    skew = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3)
    determinant = across[0] * down[1] - across[1] * down[0]
    g = (skew[0] * down[1] - skew[1] * down[0]) / determinant
    h = (across[0] * skew[1] - across[1] * skew[0]) / determinant
    return (x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1.0)


def about(matrix: Matrix, x: float, y: float) -> Matrix:
    """The same map about the point (x, y) instead of the origin."""
    if matrix[6] or matrix[7] or matrix[8] != 1:
        return multiply(translation(x, y), multiply(matrix, translation(-x, -y)))
    a, b, c, d, e, f = matrix[:6]
    return (a, b, c + x - (a * x + b * y), d, e, f + y - (d * x + e * y), 0.0, 0.0, 1.0)
