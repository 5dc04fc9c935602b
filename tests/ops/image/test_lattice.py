"""Displacement fields against scipy's B-splines, scikit-image's thin plates, and closed forms; none folds."""

from __future__ import annotations

import json
import math
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import BSpline
from skimage.transform import ThinPlateSplineTransform

from augcli.core.idioms import lattice
from augcli.core.primitives.displace import MAX_STEEPNESS, Displace
from augcli.core.values.facts import ImageFacts


def sampled(rng: np.random.Generator, facts: ImageFacts, count: int = 3000) -> np.ndarray:
    return rng.random((count, 2)) * (facts.width, facts.height)


@pytest.mark.parametrize("cells", [(1, 1), (4, 3), (9, 7)])
def test_smooth_fields_are_b_splines(cells: tuple[int, int]) -> None:
    rng, facts = np.random.default_rng(0), ImageFacts(500, 375)
    x, y = rng.uniform(-10, 10, (2, cells[1] + 3, cells[0] + 3))
    said = Displace(*cells, tuple(x.ravel()), tuple(y.ravel()))
    points = sampled(rng, facts)
    across, down = (
        BSpline.design_matrix(points[:, axis] * count / length, np.arange(-3, count + 4), 3).toarray()
        for axis, count, length in ((0, cells[0], 500), (1, cells[1], 375))
    )
    exact = np.stack([np.einsum("nj,ji,ni->n", down, values, across) for values in (x, y)], 1)
    assert np.abs(said.shown(points, facts) - points - exact).max() < 0.15  # bilinear between nodes 8 px apart


def test_equal_control_points_shift_and_linear_ones_scale() -> None:
    facts = ImageFacts(120, 90)
    points = sampled(np.random.default_rng(0), facts)
    shift = Displace(3, 2, (4.25,) * 30, (-2.5,) * 30)
    assert np.abs(shift.shown(points, facts) - points - (4.25, -2.5)).max() < 1e-5
    ramp = Displace(3, 2, tuple(float(i) for _ in range(5) for i in range(6)), (0.0,) * 30)
    assert np.abs(ramp.shown(points, facts)[:, 0] - (points[:, 0] * (1 + 3 / 120) + 1)).max() < 1e-5


@settings(max_examples=60, deadline=None)
@given(rng=st.randoms(use_true_random=True))
def test_nothing_folds_and_points_are_found_again(rng: Random) -> None:
    facts = ImageFacts(rng.randint(1, 300), rng.randint(1, 300))
    cells, smooth = (rng.randint(1, 12), rng.randint(1, 12)), rng.random() < 0.7
    if smooth:
        count = (cells[0] + 3) * (cells[1] + 3)
        x, y = (tuple(rng.uniform(-50, 50) for _ in range(count)) for _ in range(2))
    else:  # as grids with unequal cells are
        x = tuple(rng.uniform(-50, 50) for _ in range(cells[0] + 1)) * (cells[1] + 1)
        y = tuple(value for _ in range(cells[1] + 1) for value in [rng.uniform(-50, 50)] * (cells[0] + 1))
    said = Displace.of(facts, cells, x, y, smooth)
    assert said.steepness(facts) <= MAX_STEEPNESS * (1 + 1e-9)
    assert 0 < said.eased <= 1
    assert np.allclose(np.array(said.x), said.eased * np.array(x))
    json.dumps(said)
    nodes, cell = said.nodes(facts), said.cell_px(facts)
    assert steepest(nodes, cell) <= MAX_STEEPNESS + 1e-4  # what counts is no steeper than the bound
    points = sampled(np.random.default_rng(1), facts, 200)
    assert np.abs(said.moved(said.shown(points, facts), facts) - points).max() < 0.01


def steepest(nodes: np.ndarray, cell: int) -> float:
    across = np.abs(np.diff(nodes, axis=1)).max((0, 1)) / cell
    down = np.abs(np.diff(nodes, axis=0)).max((0, 1)) / cell
    return float((across + down).max())


def test_a_plate_passes_near_its_points_and_is_the_one_of_least_bending() -> None:
    rng, facts, points = np.random.default_rng(0), ImageFacts(400, 400), 4
    places = np.array([(i, j) for j in range(points) for i in range(points)]) / (points - 1)
    x, y = rng.uniform(-15, 15, (2, points**2))
    cells, *values = lattice.thin_plate(points, list(x), list(y))
    said = Displace(cells, cells, *values)
    peer = ThinPlateSplineTransform.from_estimate(places, places + np.stack([x, y], 1) / 400)
    where = sampled(rng, facts)
    error = np.abs(said.shown(where, facts) - where - (peer(where / 400) * 400 - where))
    assert error.max() < 0.06 * 15
    assert error.mean() < 0.005 * 15


def test_surfaces_follow_cubic_functions_exactly() -> None:
    facts = ImageFacts(300, 200)
    said = Displace(2, 3, *lattice.following(2, 3, lambda u, v: (9 * u**3 - u * v * v, 5 * v**3 + 2 * u * u * v - 1)))
    where = sampled(np.random.default_rng(0), facts)
    u, v = where.T / [[300], [200]]
    exact = np.stack([9 * u**3 - u * v * v, 5 * v**3 + 2 * u * u * v - 1], 1)
    assert np.abs(said.shown(where, facts) - where - exact).max() < 0.01


def test_drawn_control_points_are_uniform_and_hang_on_the_key_alone() -> None:
    x, y = lattice.drawn(77, 30, 20, 2.0)
    assert len(x) == len(y) == 33 * 23
    values = np.array(x + y)
    assert np.abs(values).max() <= 2
    assert abs(values.mean()) < 0.1
    assert values.std() == pytest.approx(2 / math.sqrt(3), rel=0.05)
    assert lattice.drawn(77, 30, 20, 4.0)[0] == tuple(2 * value for value in x)
    assert lattice.drawn(78, 30, 20, 2.0)[0] != x
