"""What operations that change, hide and mix values promise in their docstrings, checked on pixels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from partnered_steps import PARTNER, done, image, lowered

from augcli.core.primitives.image import LUMA, Blend, ColourMatrix, Fill, Filter, NormalNoise
from augcli.core.values.facts import ImageFacts
from augcli.kernels.cpu.image.apply import apply


def luma(pixels: np.ndarray) -> np.ndarray:
    return pixels[:, :, :3].astype(float) @ np.array(LUMA)


def assert_close(found: np.ndarray, expected: np.ndarray) -> None:
    assert np.abs(found.astype(float) - np.clip(expected, 0, 255)).max() <= 1  # what two backends may differ by


@pytest.mark.parametrize("factor", [0.0, 0.6, 1.0, 1.7])
def test_brightness_contrast_and_saturation(factor: float) -> None:
    pixels = image()
    values, grey = pixels.astype(float), luma(pixels)[:, :, None]
    assert_close(done({"brightness": {"factor": factor}}, pixels), values * factor)
    assert_close(done({"contrast": {"factor": factor}}, pixels), grey.mean() + factor * (values - grey.mean()))
    assert_close(done({"saturation": {"factor": factor}}, pixels), grey + factor * (values - grey))


@pytest.mark.parametrize("step", ["brightness", "contrast", "saturation", "hue", "grayscale", "color_jitter"])
def test_colour_steps_leave_alpha_and_size_alone(step: str) -> None:
    pixels = image(channels=4)
    changed = done(step, pixels)
    assert np.array_equal(changed[:, :, 3], pixels[:, :, 3])
    assert changed.shape == pixels.shape


def test_grayscale_is_luma_in_all_channels() -> None:
    pixels = image()
    grey = done("grayscale", pixels)
    assert_close(grey, luma(pixels)[:, :, None].repeat(3, 2))
    assert (grey[:, :, 0] == grey[:, :, 1]).all() and (grey[:, :, 1] == grey[:, :, 2]).all()


@pytest.mark.parametrize("step", [{"saturation": {"factor": 3}}, {"hue": {"angle_deg": 100}}, "grayscale"])
def test_grey_images_have_no_colour_to_change(step: Any) -> None:
    pixels = image(channels=1)
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
    assert isinstance(primitive, NormalNoise)


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
    pixels = image()
    assert done({"gaussian_blur": {"sigma_px": 2}}, pixels).std() < pixels.std() / 2


def test_cutout_covers_squares_and_nothing_else() -> None:
    pixels = image(60, 40)
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
def test_mixup_weighs_this_image_by_share(share: float) -> None:
    pixels = image()
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


def test_cutmix_in_the_middle_has_this_images_proportions() -> None:
    (blend,) = lowered([{"cutmix": {"share": 0.75, "x": 0.5, "y": 0.5}}], ImageFacts(60, 40)).program
    assert isinstance(blend, Blend)
    assert blend.layers[0].region == (15, 10, 45, 30)


def test_shares_of_several_blends_are_of_what_the_ones_before_left() -> None:
    facts = ImageFacts(10, 10)
    first, second = lowered([{"mixup": {"share": 0.5}}, {"mixup": {"id": "again", "share": 0.5}}], facts).program
    assert isinstance(first, Blend) and isinstance(second, Blend)
    both = Blend(first.layers + second.layers)
    assert both.shares(facts) == {-1: 0.25, 0: 0.25, 1: 0.5}
