"""3×3 matrices as flat row-major tuples: at nine numbers a piece, plain Python beats numpy several times over."""

from __future__ import annotations

import math

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
    """The inverse; exact for flips, quarter turns and whole shifts. Raises ZeroDivisionError when there is none."""
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
    """Where the point (x, y) goes."""
    if not p[6] and not p[7]:
        return p[0] * x + p[1] * y + p[2], p[3] * x + p[4] * y + p[5]
    w = p[6] * x + p[7] * y + p[8]
    return (p[0] * x + p[1] * y + p[2]) / w, (p[3] * x + p[4] * y + p[5]) / w


def translation(x: float, y: float) -> Matrix:
    return (1.0, 0.0, x, 0.0, 1.0, y, 0.0, 0.0, 1.0)


def scaling(x: float, y: float) -> Matrix:
    return (x, 0.0, 0.0, 0.0, y, 0.0, 0.0, 0.0, 1.0)


def rotation(angle_deg: float) -> Matrix:
    """Turn counter-clockwise as seen (the y axis points down); whole quarter turns are exact."""
    quarter = angle_deg / 90
    if quarter == int(quarter):
        cosine, sine = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(quarter) % 4]
    else:
        cosine, sine = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return (cosine, sine, 0.0, -sine, cosine, 0.0, 0.0, 0.0, 1.0)


def about(matrix: Matrix, x: float, y: float) -> Matrix:
    """The map done about the point (x, y) in place of the origin."""
    return multiply(translation(x, y), multiply(matrix, translation(-x, -y)))
