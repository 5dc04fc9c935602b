"""Elastic, grid, optical and plate distortions, and shuffled tiles, against closed forms."""

from __future__ import annotations

import json
import math

import cv2
import numpy as np
import pytest
from scipy.ndimage import map_coordinates
from through_steps import CAT, ROCKET, program, psnr, run

from augcli.core.draws.keys import unit_key
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.primitives.displace import MAX_STEEPNESS, Displace
from augcli.core.primitives.tiles import Tiles
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import draw_steps
from augcli.core.values.facts import ImageFacts


def test_grid_distortion_stretches_cells_between_fixed_edges() -> None:
    facts = ImageFacts(400, 300)
    options = {"columns": 4, "rows": 3, "x": {"choice": [-0.3, 0.0, 0.3]}, "y": [-0.3, 0.3]}
    for number in range(5):
        (said,) = program([{"grid_distortion": options}], facts, name=str(number))
        assert said.eased == 1
        compiled = CompiledPipeline(parse_pipeline(json.dumps({"image": [{"grid_distortion": options}]})).steps["image"])
        ((_, draw),) = draw_steps(compiled, unit_key(1, str(number), 0))
        lines = np.concatenate([[0], np.cumsum(1 + np.array(draw.x))])
        place = np.linspace(0, 400, 801)
        exact = np.interp(place, np.linspace(0, 400, 5), 400 * lines / lines[-1])
        shown = said.shown(np.stack([place, place * 0 + 140], 1), facts)[:, 0]
        assert np.abs(shown - exact).max() < 1.3  # kinks are blunted over 8 pixels
        assert shown[[0, -1]] == pytest.approx((0, 400), abs=0.01)
        assert (np.diff(shown) > 0).all()
    same = run(CAT, {"grid_distortion": {"x": 0, "y": 0}})
    assert np.array_equal(same, CAT)


@pytest.mark.parametrize("model", ["radial", "fisheye"])
@pytest.mark.parametrize("strength", [-1, -0.3, 0, 0.5, 1])
@pytest.mark.parametrize("centre", [(0.5, 0.5), (0.2, 0.9)])
def test_optical_follows_its_formula_and_never_folds(model: str, strength: float, centre: tuple[float, float]) -> None:
    for facts in (ImageFacts(500, 375), ImageFacts(90, 400), ImageFacts(1, 1)):
        options = {"strength": strength, "model": model, "x": centre[0], "y": centre[1]}
        (said,) = program([{"optical": options}], facts)
        size = np.array(facts[:2])
        middle = size * centre
        farthest = math.hypot(*(max(c, 1 - c) * s for c, s in zip(centre, size, strict=True)))
        where = np.random.default_rng(0).random((2000, 2)) * size
        from_middle = where - middle
        r = np.hypot(*from_middle.T)[:, None] / farthest
        angle = abs(strength) * 0.85
        if model == "radial":
            factor = 1 + strength / 4 * r**2
        elif strength == 0:
            factor = np.ones_like(r)
        elif strength > 0:
            factor = np.tan(r * angle) / np.tan(angle) / r
        else:
            factor = np.arctan(r * np.tan(angle)) / angle / r
        error = np.abs(said.shown(where, facts) - middle - from_middle * factor)
        assert error.max() < 0.15 + 0.002 * abs(strength) * farthest, error.max()  # fisheye: a spline of 8 by 8 cells
        nodes, cell = said.nodes(facts), said.cell_px(facts)
        across, down = (np.abs(np.diff(nodes, axis=axis)).max((0, 1)) / cell for axis in (1, 0))
        assert (across + down).max() < 1.2 if facts.width == 1 else (across + down).max() <= MAX_STEEPNESS + 0.35
        if facts.width > 1:
            points = where[:200]
            assert np.abs(said.moved(said.shown(points, facts), facts) - points).max() < 0.01


def test_optical_is_remapping() -> None:
    height, width = CAT.shape[:2]
    x, y = np.meshgrid(np.arange(width) + 0.5 - width / 2, np.arange(height) + 0.5 - height / 2)
    factor = 1 + 0.6 / 4 * (x * x + y * y) / (width**2 / 4 + height**2 / 4)
    maps = (np.float32(x * factor + width / 2 - 0.5), np.float32(y * factor + height / 2 - 0.5))
    theirs = cv2.remap(CAT, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    assert psnr(run(CAT, {"optical": {"strength": 0.6}}), theirs) > 45


@pytest.mark.parametrize("name", ["elastic", "thin_plate_spline", "grid_distortion", "optical"])
def test_random_fields_are_remappings(name: str) -> None:
    """SciPy, sampling where labels are told that each pixel comes from, gives the same image."""
    height, width = ROCKET.shape[:2]
    facts = ImageFacts(width, height)
    (said,) = program([{name: {}}], facts)
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    shown = said.shown(np.stack([x.ravel(), y.ravel()], 1), facts) - 0.5
    places = shown[:, ::-1].T.reshape(2, height, width)
    channels = [map_coordinates(ROCKET[..., channel].astype(float), places, order=1, mode="mirror") for channel in range(3)]
    apart = np.abs(run(ROCKET, {name: {}}) - np.stack(channels, 2))
    assert apart.max() <= 1
    assert apart.mean() < 0.3
    assert np.abs(shown - np.stack([x.ravel(), y.ravel()], 1)).max() > 2  # it did move something


@pytest.mark.parametrize("name", ["elastic", "thin_plate_spline"])
def test_random_fields_stay_in_their_range(name: str) -> None:
    facts = ImageFacts(400, 300)
    for number in range(30):
        (said,) = program([{name: {"amplitude": 0.03}}], facts, name=str(number))
        assert isinstance(said, Displace)
        most = max(abs(value) for value in said.x + said.y)
        assert 3 < most <= 9 * (1 if name == "elastic" else 2)  # a plate swings out beyond its points
    assert program([{name: {"amplitude": 0}}], facts)[0].nodes(facts).any() == np.False_
    (steep,) = program([{name: {"amplitude": 0.5}}], facts)
    assert steep.eased < 1
    assert steep.steepness(facts) == pytest.approx(MAX_STEEPNESS)
    run(ROCKET, {name: {"amplitude": 0.5, "border": "constant"}})
    for size in ((1, 1), (3, 2), (2000, 3)):
        program([{name: {}}], ImageFacts(*size))


def test_elastic_is_as_fine_as_it_is_told() -> None:
    facts = ImageFacts(400, 300)
    assert [program([{"elastic": {"spacing": spacing}}], facts)[0][:2] for spacing in (0.1, 0.25, 1)] == [
        (13, 10),
        (5, 4),
        (1, 1),
    ]
    assert program([{"elastic": {"spacing": 0.02}}], ImageFacts(5000, 10))[0][:2] == (64, 5)


def test_grid_shuffle_lays_every_tile_out_once() -> None:
    numbered = np.arange(12, dtype=np.uint8).reshape(3, 4).repeat(10, 0).repeat(10, 1)[..., None]
    orders = set()
    for number in range(40):
        result = run(numbered, {"grid_shuffle": {"tiles": [4, 3]}}, name=str(number), torch_too=number < 5)
        tiles = result.reshape(3, 10, 4, 10).transpose(0, 2, 1, 3).reshape(12, 100)
        assert (tiles == tiles[:, :1]).all()
        assert sorted(tiles[:, 0]) == list(range(12))
        orders.add(tuple(tiles[:, 0]))
    assert len(orders) == 40
    counts = np.zeros((4, 4))
    for number in range(400):
        (said,) = program([{"grid_shuffle": {"tiles": 2}}], ImageFacts(10, 10), name=str(number))
        counts[range(4), said.order] += 1
    assert np.abs(counts - 100).max() < 40
    assert program([{"grid_shuffle": {"tiles": 9}}], ImageFacts(2, 1))[0][:2] == (2, 1)
    assert isinstance(program([{"grid_shuffle": {}}], ImageFacts(1, 1))[0], Tiles)
