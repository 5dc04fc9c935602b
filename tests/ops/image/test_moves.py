"""What operations that move pixels promise in their docstrings. The laws for all operations are in tests/contract."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from partnered_steps import done, image, lowered, smooth

from augcli.core.primitives.image import Warp
from augcli.core.values.facts import ImageFacts


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_flip(channels: int) -> None:
    pixels = image(channels=channels)
    assert np.array_equal(done("flip", pixels), pixels[:, ::-1])
    assert np.array_equal(done({"flip": {"axis": "vertical"}}, pixels), pixels[::-1])


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_rotate90_turns_counter_clockwise(turns: int) -> None:
    pixels = image()
    assert np.array_equal(done({"rotate90": {"turns": turns}}, pixels), np.rot90(pixels, turns))


def test_rotate90_draws_all_that_is_asked_for() -> None:
    pixels = image()
    shapes = [done("rotate90", pixels, number) for number in range(40)]
    seen = {turns for turns in range(4) for one in shapes if np.array_equal(one, np.rot90(pixels, turns))}
    assert seen == {1, 2, 3}


@pytest.mark.parametrize("angle", [90, 180, -90])
def test_rotate_turns_counter_clockwise_about_the_centre(angle: int) -> None:
    pixels = image(24, 24)
    assert np.array_equal(done({"rotate": {"angle_deg": angle}}, pixels), np.rot90(pixels, angle // 90))


def test_rotate_fills_corners_by_border() -> None:
    pixels = np.full((40, 40, 3), 90, np.uint8)
    assert (done({"rotate": {"angle_deg": 45}}, pixels) == 90).all()
    assert (done({"rotate": {"angle_deg": 45, "border": "edge"}}, pixels) == 90).all()
    filled = done({"rotate": {"angle_deg": 45, "border": "constant", "fill": [255, 0, 7]}}, pixels)
    assert filled[0, 0].tolist() == filled[-1, -1].tolist() == [255, 0, 7]
    assert filled[20, 20].tolist() == [90, 90, 90]


def test_turning_there_and_back_in_one_program_is_nothing() -> None:
    pixels = smooth()
    back = done([{"rotate": {"angle_deg": 33}}, {"rotate": {"id": "back", "angle_deg": -33}}], pixels)
    assert np.abs(back.astype(int) - pixels).max() <= 1  # see-through: no corner was lost on the way


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0])
def test_zoom_scales_about_the_centre(factor: float) -> None:
    pixels = smooth(65, 49)
    zoomed = done({"zoom": {"factor": factor, "border": "constant"}}, pixels)
    assert zoomed.shape == pixels.shape
    assert np.abs(zoomed[24, 32].astype(int) - pixels[24, 32]).max() <= 1
    offset = 8
    assert abs(int(zoomed[24, 32 + offset, 0]) - 3 * (32 + offset / factor)) <= 2
    if factor < 1:
        assert zoomed[5, 5].tolist() == zoomed[-5, -5].tolist() == [0, 0, 0]  # the border shows


def test_resize_gives_exactly_the_size_and_keeps_a_image_that_has_it() -> None:
    pixels = image()
    assert done({"resize": {"size": [40, 24]}}, pixels).shape == (24, 40, 3)
    assert done({"resize": {"size": 16}}, pixels).shape == (16, 16, 3)
    assert np.array_equal(done({"resize": {"size": [37, 23]}}, pixels), pixels)


def test_nearest_keeps_values() -> None:
    labels = (image(channels=1) // 40 * 40).astype(np.uint8)
    for size in ([80, 60], [9, 7]):
        assert set(np.unique(done({"resize": {"size": size, "interpolation": "nearest"}}, labels))) <= set(np.unique(labels))
    assert np.array_equal(
        done({"resize": {"size": [74, 46], "interpolation": "nearest"}}, labels), labels.repeat(2, 0).repeat(2, 1)
    )


def test_halving_averages_blocks() -> None:
    pixels = image(36, 24)
    expected = pixels.reshape(12, 2, 18, 2, 3).astype(int).sum((1, 3))
    assert np.abs(done({"resize": {"size": [18, 12]}}, pixels).astype(int) * 4 - expected).max() <= 2


def region_of(warp: Warp) -> tuple[float, float, float, float]:
    """What part of the image a crop shows: left, top, right, bottom."""
    a, _, c, _, e, f, *_ = warp.matrix
    return -c / a, -f / e, (warp.size[0] - c) / a, (warp.size[1] - f) / e


@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 500))
def test_crop_cuts_a_part_in_whole_pixels(width: int, height: int, number: int) -> None:
    program = lowered(["crop"], ImageFacts(width, height), number).program
    if not program:
        return  # the whole image: nothing is to be done
    (warp,) = program
    assert isinstance(warp, Warp)
    assert warp.size == (width, height)
    region = region_of(warp)
    assert all(abs(edge - round(edge)) < 1e-6 for edge in region)
    left, top, right, bottom = (round(edge) for edge in region)
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height


def test_crop_follows_area_aspect_and_place() -> None:
    shares, aspects, lefts = [], [], []
    for number in range(400):
        (warp,) = lowered([{"crop": {"area": [0.25, 0.5], "size": 64}}], ImageFacts(800, 600), number).program
        assert isinstance(warp, Warp)
        left, top, right, bottom = region_of(warp)
        shares.append((right - left) * (bottom - top) / 480_000)
        aspects.append((right - left) / (bottom - top))
        lefts.append(left / (800 - (right - left)))
        assert warp.size == (64, 64)
    assert 0.245 < min(shares) < 0.26
    assert 0.49 < max(shares) < 0.505
    assert 0.74 < min(aspects) < 0.78
    assert 1.28 < max(aspects) < 1.35
    assert abs(np.mean(np.log(aspects))) < 0.05  # as often too tall as too wide
    assert abs(np.mean(lefts) - 0.5) < 0.05
    assert min(lefts) < 0.02 < 0.98 < max(lefts)


def test_crop_of_the_whole_image_is_the_image() -> None:
    pixels = image(40, 30)
    assert np.array_equal(done({"crop": {"area": 1, "aspect": 40 / 30}}, pixels), pixels)


def test_a_hard_crop_cuts_at_once() -> None:
    pixels = np.full((40, 40, 1), 200, np.uint8)
    pixels[10:30, 10:30] = 50
    steps = [{"crop": {"area": 0.25, "aspect": 1, "x": 0.5, "y": 0.5, "size": 20}}, {"zoom": {"factor": 0.5, "border": "edge"}}]
    assert (done(steps, pixels)[0, 0] == 200).all()  # see-through: what was cut comes back into sight
    steps[0]["crop"]["hard"] = True
    assert (done(steps, pixels) == 50).all()
