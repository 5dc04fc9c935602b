"""What the picture ops promise in their docstrings, on pixels. The laws that all ops keep are in tests/contract/test_ops.py."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augcli import ops
from augcli.core.compile import CompiledPipeline
from augcli.core.facts import ImageFacts
from augcli.core.keys import unit_key
from augcli.core.lower import Lowered, draw_steps, lower
from augcli.core.op import State
from augcli.core.pipeline import parse_pipeline
from augcli.core.primitives.image import LUMA, Blend, ColourMatrix, Fill, Filter, Noise, Warp
from augcli.kernels.cpu_image import apply

ops.load()
PARTNER = np.full((30, 90, 3), 200, np.uint8)


def lowered(steps: list[Any], facts: ImageFacts, number: int = 0) -> Lowered:
    compiled = CompiledPipeline(parse_pipeline(json.dumps({"image": steps})).steps["image"])
    state = State(facts, "", lambda index: ImageFacts(PARTNER.shape[1], PARTNER.shape[0]))
    return lower(draw_steps(compiled, unit_key(0, f"{number}.png", 0)), state)


def done(step: Any, pixels: np.ndarray, number: int = 0) -> np.ndarray:
    height, width, channels = pixels.shape
    steps = step if isinstance(step, list) else [step]
    for primitive in lowered(steps, ImageFacts(width, height, channels), number).program:
        pixels = apply(pixels, primitive, [PARTNER[:, :, :channels]])
    return pixels


def picture(width: int = 37, height: int = 23, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(width * height).integers(0, 256, (height, width, channels), np.uint8)


def smooth(width: int = 64, height: int = 48) -> np.ndarray:
    """A picture whose values change slowly, so that positions can be read from values."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 3, y * 4, (x + y) * 2], axis=2).clip(0, 255).astype(np.uint8)


# Moves


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_flip(channels: int) -> None:
    pixels = picture(channels=channels)
    assert np.array_equal(done("flip", pixels), pixels[:, ::-1])
    assert np.array_equal(done({"flip": {"axis": "vertical"}}, pixels), pixels[::-1])


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_rotate90_turns_counter_clockwise(turns: int) -> None:
    pixels = picture()
    assert np.array_equal(done({"rotate90": {"turns": turns}}, pixels), np.rot90(pixels, turns))


def test_rotate90_draws_all_that_is_asked_for() -> None:
    pixels = picture()
    shapes = [done("rotate90", pixels, number) for number in range(40)]
    seen = {turns for turns in range(4) for one in shapes if np.array_equal(one, np.rot90(pixels, turns))}
    assert seen == {1, 2, 3}


@pytest.mark.parametrize("angle", [90, 180, -90])
def test_rotate_turns_counter_clockwise_about_the_centre(angle: int) -> None:
    pixels = picture(24, 24)
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


def test_resize_gives_exactly_the_size_and_keeps_a_picture_that_has_it() -> None:
    pixels = picture()
    assert done({"resize": {"size": [40, 24]}}, pixels).shape == (24, 40, 3)
    assert done({"resize": {"size": 16}}, pixels).shape == (16, 16, 3)
    assert np.array_equal(done({"resize": {"size": [37, 23]}}, pixels), pixels)


def test_nearest_keeps_values() -> None:
    labels = (picture(channels=1) // 40 * 40).astype(np.uint8)
    for size in ([80, 60], [9, 7]):
        assert set(np.unique(done({"resize": {"size": size, "interpolation": "nearest"}}, labels))) <= set(np.unique(labels))
    assert np.array_equal(
        done({"resize": {"size": [74, 46], "interpolation": "nearest"}}, labels), labels.repeat(2, 0).repeat(2, 1)
    )


def test_halving_averages_blocks() -> None:
    pixels = picture(36, 24)
    expected = pixels.reshape(12, 2, 18, 2, 3).astype(int).sum((1, 3))
    assert np.abs(done({"resize": {"size": [18, 12]}}, pixels).astype(int) * 4 - expected).max() <= 2


def region_of(warp: Warp) -> tuple[float, float, float, float]:
    """What part of the picture a crop shows: left, top, right, bottom."""
    a, _, c, _, e, f, *_ = warp.matrix
    return -c / a, -f / e, (warp.size[0] - c) / a, (warp.size[1] - f) / e


@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 500))
def test_crop_cuts_a_part_in_whole_pixels(width: int, height: int, number: int) -> None:
    program = lowered(["crop"], ImageFacts(width, height), number).program
    if not program:
        return  # the whole picture: nothing is to be done
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


def test_crop_of_the_whole_picture_is_the_picture() -> None:
    pixels = picture(40, 30)
    assert np.array_equal(done({"crop": {"area": 1, "aspect": 40 / 30}}, pixels), pixels)


def test_a_hard_crop_cuts_at_once() -> None:
    pixels = np.full((40, 40, 1), 200, np.uint8)
    pixels[10:30, 10:30] = 50
    steps = [{"crop": {"area": 0.25, "aspect": 1, "x": 0.5, "y": 0.5, "size": 20}}, {"zoom": {"factor": 0.5, "border": "edge"}}]
    assert (done(steps, pixels)[0, 0] == 200).all()  # see-through: what was cut comes back into sight
    steps[0]["crop"]["hard"] = True
    assert (done(steps, pixels) == 50).all()


# Colours


def luma(pixels: np.ndarray) -> np.ndarray:
    return pixels[:, :, :3].astype(float) @ np.array(LUMA)


def assert_close(found: np.ndarray, expected: np.ndarray) -> None:
    assert np.abs(found.astype(float) - np.clip(expected, 0, 255)).max() <= 1  # what two backends may differ by


@pytest.mark.parametrize("factor", [0.0, 0.6, 1.0, 1.7])
def test_brightness_contrast_and_saturation(factor: float) -> None:
    pixels = picture()
    values, grey = pixels.astype(float), luma(pixels)[:, :, None]
    assert_close(done({"brightness": {"factor": factor}}, pixels), values * factor)
    assert_close(done({"contrast": {"factor": factor}}, pixels), grey.mean() + factor * (values - grey.mean()))
    assert_close(done({"saturation": {"factor": factor}}, pixels), grey + factor * (values - grey))


@pytest.mark.parametrize("step", ["brightness", "contrast", "saturation", "hue", "grayscale", "color_jitter"])
def test_colour_steps_leave_alpha_and_size_alone(step: str) -> None:
    pixels = picture(channels=4)
    changed = done(step, pixels)
    assert np.array_equal(changed[:, :, 3], pixels[:, :, 3])
    assert changed.shape == pixels.shape


def test_grayscale_is_luma_in_all_channels() -> None:
    pixels = picture()
    grey = done("grayscale", pixels)
    assert_close(grey, luma(pixels)[:, :, None].repeat(3, 2))
    assert (grey[:, :, 0] == grey[:, :, 1]).all() and (grey[:, :, 1] == grey[:, :, 2]).all()


@pytest.mark.parametrize("step", [{"saturation": {"factor": 3}}, {"hue": {"angle_deg": 100}}, "grayscale"])
def test_grey_pictures_have_no_colour_to_change(step: Any) -> None:
    pixels = picture(channels=1)
    assert np.abs(done(step, pixels).astype(int) - pixels).max() <= 1


def test_hue_of_120_degrees_makes_red_green() -> None:
    red = np.full((4, 4, 3), (120, 40, 40), np.uint8)
    r, g, b = done({"hue": {"angle_deg": 120}}, red)[0, 0].astype(int)
    assert g > r and g > b


def test_colour_jitter_is_its_four_steps_in_the_drawn_order() -> None:
    values = {"brightness": 1.4, "contrast": 0.6, "saturation": 1.4, "hue_deg": 30}
    single = [
        {"brightness": {"factor": 1.4}},
        {"contrast": {"factor": 0.6}},
        {"saturation": {"factor": 1.4}},
        {"hue": {"angle_deg": 30}},
    ]
    facts = ImageFacts(9, 9)
    (listed,) = lowered([{"color_jitter": {**values, "order": 0}}], facts).program
    (turned,) = lowered([{"color_jitter": {**values, "order": 23}}], facts).program
    assert listed == lowered(single, facts).program[0]
    assert turned == lowered(single[::-1], facts).program[0] != listed
    assert isinstance(listed, ColourMatrix)


# Noise, blur, holes


def test_gaussian_noise_has_its_standard_deviation() -> None:
    pixels = np.full((200, 200, 3), 128, np.uint8)
    noise = done({"gaussian_noise": {"std": 0.1}}, pixels).astype(float) - 128
    assert abs(noise.std() - 25.5) < 0.5
    assert abs(noise.mean()) < 0.3
    assert abs(np.corrcoef(noise[:, :, 0].ravel(), noise[:, :, 1].ravel())[0, 1]) < 0.02
    assert abs(np.corrcoef(noise[:, :-1].ravel(), noise[:, 1:].ravel())[0, 1]) < 0.02


def test_gaussian_noise_differs_from_copy_to_copy_and_leaves_alpha_alone() -> None:
    pixels = np.full((20, 20, 4), 128, np.uint8)
    one, other = done("gaussian_noise", pixels, 0), done("gaussian_noise", pixels, 1)
    assert (one != other).any()
    assert (one[:, :, 3] == 128).all()
    (primitive,) = lowered(["gaussian_noise"], ImageFacts(20, 20)).program
    assert isinstance(primitive, Noise)


@pytest.mark.parametrize("sigma", [0.3, 0.5, 1.0, 2.5, 10.0])
def test_gaussian_blur_has_its_standard_deviation(sigma: float) -> None:
    (kernel,) = lowered([{"gaussian_blur": {"sigma_px": sigma}}], ImageFacts(9, 9)).program
    assert isinstance(kernel, Filter)
    taps = np.array(kernel.taps_x)
    assert kernel.taps_x == kernel.taps_y == kernel.taps_x[::-1]
    assert len(taps) == 2 * max(1, math.ceil(3 * sigma)) + 1
    assert taps.sum() == pytest.approx(1, abs=1e-12)
    if sigma >= 1:
        assert math.sqrt((taps * (np.arange(len(taps)) - len(taps) // 2) ** 2).sum()) == pytest.approx(sigma, rel=0.02)


def test_gaussian_blur_leaves_plain_areas_alone_and_evens_out_others() -> None:
    assert (done({"gaussian_blur": {"sigma_px": 3}}, np.full((20, 20, 3), 77, np.uint8)) == 77).all()
    pixels = picture()
    assert done({"gaussian_blur": {"sigma_px": 2}}, pixels).std() < pixels.std() / 2


def test_cutout_covers_squares_and_nothing_else() -> None:
    pixels = picture(60, 40)
    options = {"holes": 2, "size": 0.25, "x": {"choice": [0.25, 0.75]}, "y": 0.5, "fill": [124, 116, 104]}
    for number in range(20):
        covered = (done({"cutout": options}, pixels, number) != pixels).any(2)
        expected = np.zeros_like(covered)
        (fill,) = lowered([{"cutout": options}], ImageFacts(60, 40), number).program
        assert isinstance(fill, Fill)
        for (left, top, right, bottom), colour in fill.regions:
            assert (right - left, bottom - top) == (10, 10)
            assert (left, top) in ((10, 15), (40, 15))
            assert colour == (124 / 255, 116 / 255, 104 / 255)
            expected[top:bottom, left:right] = True
        assert not (covered & ~expected).any()
        assert covered.sum() > 0.9 * expected.sum()


def test_cutout_squares_may_stick_out_but_are_clipped() -> None:
    for number in range(200):
        (fill,) = lowered([{"cutout": {"size": [0.5, 1]}}], ImageFacts(30, 20), number).program
        assert isinstance(fill, Fill)
        for (left, top, right, bottom), _ in fill.regions:
            assert 0 <= left < right <= 30
            assert 0 <= top < bottom <= 20


# Mixing


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_mixup_weighs_this_picture_by_share(share: float) -> None:
    pixels = picture()
    assert_close(done({"mixup": {"share": share}}, pixels), share * pixels.astype(float) + (1 - share) * 200)
    (blend,) = lowered([{"mixup": {"share": share}}], ImageFacts(37, 23)).program
    assert isinstance(blend, Blend)
    assert blend.shares(ImageFacts(37, 23)) == pytest.approx({-1: share, 0: 1 - share})


def test_cutmix_pastes_the_partner_and_counts_the_pixels_really_covered() -> None:
    facts, clipped = ImageFacts(60, 40), 0
    for number in range(100):
        program = lowered(["cutmix"], facts, number).program
        pixels = np.zeros((40, 60, 3), np.uint8)
        for primitive in program:
            pixels = apply(pixels, primitive, [PARTNER])
        covered = (pixels == 200).all(2)
        assert (covered | (pixels == 0).all(2)).all()
        shares = program[0].shares(facts) if program else {-1: 1.0}  # type: ignore[attr-defined]
        assert shares[-1] == pytest.approx(1 - covered.mean())
        drawn = draw_share(number)
        clipped += shares[-1] > drawn + 0.02
        assert shares[-1] >= drawn - 0.03  # a rectangle may stick out, and then hides less
    assert 10 < clipped < 90


def draw_share(number: int) -> float:
    ((_, draw),) = lowered(["cutmix"], ImageFacts(60, 40), number).drawn  # type: ignore[misc]
    return float(draw.share)


def test_cutmix_in_the_middle_has_this_pictures_proportions() -> None:
    (blend,) = lowered([{"cutmix": {"share": 0.75, "x": 0.5, "y": 0.5}}], ImageFacts(60, 40)).program
    assert isinstance(blend, Blend)
    assert blend.layers[0].region == (15, 10, 45, 30)


def test_shares_of_several_blends_are_of_what_the_ones_before_left() -> None:
    facts = ImageFacts(10, 10)
    first, second = lowered([{"mixup": {"share": 0.5}}, {"mixup": {"id": "again", "share": 0.5}}], facts).program
    assert isinstance(first, Blend) and isinstance(second, Blend)
    both = Blend(first.layers + second.layers)
    assert both.shares(facts) == {-1: 0.25, 0: 0.25, 1: 0.5}
