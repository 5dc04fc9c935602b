"""Lines and discs that blur: their length, direction, area and symmetry."""

from __future__ import annotations

import math

import numpy as np
import pytest

from augcli.core.idioms import taps


@pytest.mark.parametrize("angle", [0, 10, 45, 60, 90, 135, 180, -30])
@pytest.mark.parametrize("length", [1, 2.4, 9, 40])
def test_lines_have_their_length_and_direction(length: float, angle: float) -> None:
    kernel = taps.line(length, angle)
    weights = np.array([weight for _, _, weight in kernel])
    x, y = (np.array([tap[axis] for tap in kernel], float) for axis in (0, 1))
    assert abs(weights.sum() - 1) < 1e-9
    assert abs((weights * x).sum()) < 1e-6  # nothing is shifted
    assert abs((weights * y).sum()) < 1e-6
    along = x * math.cos(math.radians(angle)) - y * math.sin(math.radians(angle))
    across = x * math.sin(math.radians(angle)) + y * math.cos(math.radians(angle))
    assert np.abs(across).max() <= 1.01
    assert (weights * across**2).sum() < 0.26
    if length > 5:
        assert abs((weights * along**2).sum() / (length**2 / 12) - 1) < 0.06  # the variance of a line


@pytest.mark.parametrize("radius", [0.5, 1.0, 3.3, 10, 20])
def test_discs_are_round(radius: float) -> None:
    weights = {(dx, dy): weight for dx, dy, weight in taps.disc(radius)}
    assert abs(sum(weights.values()) - 1) < 1e-9
    for (dx, dy), weight in weights.items():
        assert weights[-dx, dy] == weights[dy, dx] == weight
    if radius >= 3:
        assert abs(1 / max(weights.values()) / (math.pi * radius**2) - 1) < 0.02  # its area
    assert radius > 0.5 or weights == {(0, 0): 1.0}
