"""Covered rectangles: where they lie, how large they are, what fills them."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from through_steps import facts_of

from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.primitives.grain import FillNoise
from augcli.core.primitives.image import Fill
from augcli.core.primitives.layers import Region
from augcli.core.program.compile import CompiledPipeline
from augcli.core.values.facts import ImageFacts
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image.execute import execute
from augcli.ops import load
from augcli.ops.image.cover.coarse_dropout import CoarseDropout
from augcli.ops.image.cover.cutout import Cutout
from augcli.ops.image.cover.erasing import Erasing
from augcli.ops.image.cover.grid_mask import GridMask

load()
SIZES = st.tuples(st.integers(1, 600), st.integers(1, 600))


def drawn(name: str, options: str, size: tuple[int, int], number: int = 0) -> list[Any]:
    """What a step of a pipeline lowers to for one unit."""
    steps = parse_pipeline(f"image: [{{{name}: {{{options}}}}}]").steps["image"]
    (step,) = CompiledPipeline(steps).steps.values()
    return list(step.op.lower(step.draw(unit_key(4, f"{number}", 0)), State(ImageFacts(*size))))


def regions_of(program: list[Any]) -> list[Region]:
    found: list[Region] = []
    for said in program:
        assert isinstance(said, (Fill, FillNoise))
        found += said.regions if isinstance(said, FillNoise) else [region for region, _ in said.regions]
    return found


def assert_inside(regions: list[Region], size: tuple[int, int]) -> None:
    for left, top, right, bottom in regions:
        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= size[1]


@given(SIZES, st.integers(0, 10**6))
def test_coarse_dropout_lies_inside_and_has_the_sizes_asked_for(size: tuple[int, int], number: int) -> None:
    regions = regions_of(drawn("coarse_dropout", "holes: [2, 5], width: [0.1, 0.3], height: 0.2", size, number))
    assert 2 <= len(regions) <= 5
    assert_inside(regions, size)
    for left, top, right, bottom in regions:
        assert max(1, round(0.1 * size[0])) <= right - left <= max(1, round(0.3 * size[0]))
        assert bottom - top == max(1, round(0.2 * size[1]))


def test_holes_of_one_image_differ_and_one_more_leaves_the_others_alone() -> None:
    few = regions_of(drawn("coarse_dropout", "holes: 5", (500, 400)))
    more = regions_of(drawn("coarse_dropout", "holes: 9", (500, 400)))
    assert more[:5] == few
    assert len({right - left for left, _, right, _ in more}) > 3
    starts = [regions_of(drawn("coarse_dropout", "holes: 1, width: 0.1", (500, 400), number))[0][0] for number in range(400)]
    assert np.histogram(starts, bins=5, range=(0, 451))[0].min() > 50  # anywhere, as likely


@given(SIZES, st.integers(0, 10**6))
def test_erasing_has_its_area_and_lies_inside(size: tuple[int, int], number: int) -> None:
    (region,) = regions_of(drawn("erasing", "area: [0.02, 0.33], aspect: {log_uniform: [0.3, 3.3]}", size, number))
    assert_inside([region], size)


@given(SIZES, st.floats(0.02, 1), st.floats(0.1, 10))
def test_erasing_keeps_its_area_where_its_proportions_do_not_fit(size: tuple[int, int], area: float, aspect: float) -> None:
    draw = Erasing.draw_type(area=area, aspect=aspect, x=0.3, y=1.0, key=1)
    ((left, top, right, bottom),) = regions_of(list(Erasing().lower(draw, State(ImageFacts(*size)))))
    width, height = right - left, bottom - top
    wanted = area * size[0] * size[1]
    assert abs(width * height - wanted) <= 0.5 * (width + height) + 1  # what rounding both edges can do
    if math.sqrt(wanted * aspect) <= size[0] and math.sqrt(wanted / aspect) <= size[1]:
        assert abs(width - math.sqrt(wanted * aspect)) <= 1
        assert abs(height - math.sqrt(wanted / aspect)) <= 1


@given(SIZES, st.integers(1, 64), st.floats(0.01, 1), st.floats(0, 1), st.floats(0, 1))
def test_grid_masks_are_regular(size: tuple[int, int], cells: int, ratio: float, x: float, y: float) -> None:
    draw = GridMask.draw_type(cells=cells, ratio=ratio, x=x, y=y, angle_deg=0, key=1)
    regions = regions_of(list(GridMask().lower(draw, State(ImageFacts(*size)))))
    assert_inside(regions, size)
    assert len(regions) <= (cells + 1) ** 2
    cell = max(size) / cells
    whole = [region for region in regions if region[0] > 0 and region[2] < size[0]]
    assert all(right - left == max(1, round(cell * ratio)) for left, _, right, _ in whole)
    begins = sorted({region[0] for region in whole})
    assert all(abs(after - before - cell) <= 1 for before, after in pairwise(begins))


def test_grid_masks_hide_their_share() -> None:
    for x in (0.0, 0.3, 1.0):
        draw = GridMask.draw_type(cells=10, ratio=0.5, x=x, y=0.7, angle_deg=0, key=1)
        white = np.full((300, 400, 3), 255, np.uint8)
        (said,) = GridMask().lower(draw, State(ImageFacts(400, 300)))
        assert abs((cpu_image.apply(white, said) == 0).mean() - 0.25) < 0.03


@pytest.mark.parametrize("angle_deg", [-30.0, 45.0, 90.0])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_turned_grids_are_the_upright_one_turned(angle_deg: float, channels: int) -> None:
    """In a large image, about its centre: by OpenCV's rotation of an upright grid."""
    draw = GridMask.draw_type(cells=8, ratio=0.5, x=0.5, y=0.25, angle_deg=angle_deg, key=1)
    pixels = np.zeros((400, 400, channels), np.uint8)
    (said,) = GridMask(fill=255).lower(draw, State(facts_of(pixels)))
    result = cpu_image.apply(pixels, said)
    assert np.array_equal(result, execute([pixels], [BatchRow(0, (said,))])[0])
    place = np.arange(2000) - 1000 + 0.5
    across, down = (((place / 50 - start) % 1) < 0.5 for start in (0.5, 0.25))
    upright = np.where(down[:, None] & across, 255, 0).astype(np.uint8)
    turn = cv2.getRotationMatrix2D((999.5, 999.5), angle_deg, 1)
    turned = cv2.warpAffine(upright, turn, (2000, 2000))[800:1200, 800:1200]
    assert np.abs(result[:, :, 0].astype(float) - turned).mean() < 12  # edges are drawn up to half a pixel wider
    assert ((result[:, :, 0] > 128) == (turned > 128)).mean() > 0.95
    assert result[:, :, 0].mean() / 255 == pytest.approx(0.25, abs=0.03)
    if channels == 4:
        assert not result[:, :, 3].any()
    assert len(said.hides) >= 64


def test_turned_grids_have_one_colour() -> None:
    with pytest.raises(ValidationError, match="fill: noise needs angle_deg: 0"):
        GridMask(fill="noise", angle_deg=[0, 10])


@pytest.mark.parametrize("op", [CoarseDropout, Cutout, Erasing, GridMask])
def test_what_fills_holes(op: type) -> None:
    name, pixels = op.name(), np.full((120, 160, 4), 200, np.uint8)  # type: ignore[attr-defined]
    results = {}
    for fill in ("[10, 20, 30]", "random", "noise"):
        (said,) = drawn(name, f"fill: {fill}", (160, 120), 5)
        results[fill] = cpu_image.apply(pixels, said)
        assert (results[fill][..., 3] == 200).all()
    holes = (results["[10, 20, 30]"][..., :3] == (10, 20, 30)).all(2)
    assert 0 < holes.mean() < 1
    for result in results.values():
        assert (result[~holes] == 200).all()
    assert len(np.unique(results["random"][holes], axis=0)) <= len(regions_of(drawn(name, "", (160, 120), 5)))
    assert len(np.unique(results["noise"][holes], axis=0)) > 0.9 * holes.sum()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"width": [0.3, 0.1]}, "low is greater than high"),
        ({"width": 0}, "greater than or equal to 0.001"),
        ({"height": [0.1, 1.5]}, "less than or equal to 1"),
        ({"fill": "sky"}, "'noise' or 'random'"),
        ({"fill": 300}, "less than or equal to 255"),
    ],
)
def test_bad_options_are_refused(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        CoarseDropout(**options)
