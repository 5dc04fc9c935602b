"""The benefit of fusing: one resampling compared with several."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import pytest
from through_steps import ROCKET, facts_of, program, psnr, run

from augcli.core.values.matrix import project
from augcli.kernels.cpu.image import apply as cpu_image


def stepwise(pixels: np.ndarray, *steps: dict[str, Any]) -> np.ndarray:
    for number, step in enumerate(steps):
        ((name, options),) = step.items()
        pixels = run(pixels, {name: {**options, "id": f"s{number}"}}, torch_too=False)
    return pixels


def disc(pixels: np.ndarray, share: float = 0.95) -> np.ndarray:
    """Which pixels stay in sight however the image is turned."""
    height, width = pixels.shape[:2]
    y, x = np.indices((height, width)) + 0.5
    return np.hypot(x - width / 2, y - height / 2) < share * min(width, height) / 2


def test_three_rotations_fused_are_one() -> None:
    turns = [{"rotate": {"angle_deg": angle_deg, "id": f"t{angle_deg}"}} for angle_deg in (10, 20, 7)]
    once = run(ROCKET, {"rotate": {"angle_deg": 37}})
    fused = run(ROCKET, *turns)
    assert len(program(turns, facts_of(ROCKET))) == 1
    assert np.abs(fused.astype(int) - once)[disc(ROCKET)].max() <= 1
    step_by_step = stepwise(ROCKET, *turns)
    assert 34 < psnr(step_by_step[disc(ROCKET)], once[disc(ROCKET)]) < 40  # 36.2: the same image, but softer
    # Three resamplings leave 62 % of the energy of the slopes, and 30 % of that of the finest detail.
    assert sharpness(step_by_step) < 0.66 * sharpness(fused)
    assert fine_detail(step_by_step) < 0.33 * fine_detail(fused)


def test_there_and_back_fused_loses_nothing() -> None:
    turns = [{"rotate": {"angle_deg": angle_deg, "id": f"t{angle_deg}"}} for angle_deg in (30, -17, -13)]
    fused, step_by_step = run(ROCKET, *turns), stepwise(ROCKET, *turns)
    assert psnr(fused[disc(ROCKET)], ROCKET[disc(ROCKET)]) > 60
    assert psnr(step_by_step[disc(ROCKET)], ROCKET[disc(ROCKET)]) < 35


@pytest.mark.parametrize(
    "steps",
    [
        [{"rotate": {"angle_deg": 12}}, {"zoom": {"factor": 1.3}}, {"flip": {}}],
        [{"flip": {"axis": "vertical"}}, {"shear": {"x_deg": 8}}, {"affine": {"angle_deg": -5, "x": 0, "y": 0.01, "scale": 1.2}}],
        [{"transpose": {}}, {"rotate": {"angle_deg": 5, "canvas": "expand"}}, {"d4": {"element": 3}}, {"zoom": {"factor": 1.1}}],
        [{"zoom": {"factor": 1.5}}, {"perspective": {"distortion": 0.03}}, {"longest_side": {"length_px": 500}}],
    ],
)
def test_fused_is_step_by_step_where_no_canvas_cuts(steps: list[dict[str, Any]]) -> None:
    """The same geometry, in fewer resamplings: in the middle the two differ by softness alone, and the fused is sharper."""
    (warp,) = program(steps, facts_of(ROCKET))
    fused, step_by_step = run(ROCKET, *steps), stepwise_with_ids(ROCKET, steps)
    assert fused.shape == step_by_step.shape
    inside = disc(fused, 0.6)
    assert psnr(fused[inside], step_by_step[inside]) > 39
    assert psnr(soft(fused)[inside], soft(step_by_step)[inside]) > 50
    assert sharpness(fused) > 1.2 * sharpness(step_by_step)
    # Labels: a point carried by the one map lies where it lies after every step, to a millionth of a pixel.
    for point in ((0.0, 0.0), (400.0, 300.0), (200.0, 150.0), (31.5, 277.25), (390.0, 4.5)):
        carried = point
        for step in apart(ROCKET, steps):
            carried = project(step.matrix, *carried)
        assert project(warp.matrix, *point) == pytest.approx(carried, abs=1e-6)


BORDERS = {"constant": (0.70, 0.76), "reflect": (0.65, 0.72)}


@pytest.mark.parametrize("border", BORDERS)
def test_where_a_canvas_cuts_fused_keeps_what_step_by_step_loses(border: str) -> None:
    """Twice as large and back: fused this is the image itself; step by step, three quarters of it are cut away between."""
    steps = [{"zoom": {"factor": factor, "border": border, "id": f"x{number}"}} for number, factor in enumerate((2, 0.5))]
    fused, step_by_step = run(ROCKET, *steps), stepwise_with_ids(ROCKET, steps)
    assert np.array_equal(fused, ROCKET)
    least, most = BORDERS[border]
    assert least < (np.abs(step_by_step.astype(int) - ROCKET).max(axis=2) > 8).mean() < most


def test_a_hard_crop_and_a_barrier_cut_as_step_by_step() -> None:
    """What lies outside the crop comes back when the image is made smaller afterwards, unless the crop is hard."""
    crop, smaller = {"area": 0.5, "aspect": 1, "x": 0.5, "y": 0.5}, {"zoom": {"factor": 0.5, "border": "constant"}}
    open_, hard = run(ROCKET, {"crop": crop}, smaller), run(ROCKET, {"crop": {**crop, "hard": True}}, smaller)
    assert np.array_equal(hard, run(ROCKET, {"crop": {**crop, "barrier": True}}, smaller))
    assert np.array_equal(hard, stepwise(ROCKET, {"crop": crop}, smaller))
    black = [(made.max(axis=2) == 0).mean() for made in (open_, hard)]
    assert black[0] < 0.55 and black[1] > 0.74  # half of the image can be seen, or a quarter


def test_colour_steps_are_clamped_once() -> None:
    """Twice as bright and back: fused nothing is lost; step by step, all that was brighter than 127 becomes 127."""
    steps = [{"brightness": {"factor": factor, "id": f"x{number}"}} for number, factor in enumerate((2, 0.5))]
    assert np.array_equal(run(ROCKET, *steps), ROCKET)
    half = np.rint(np.minimum(ROCKET * 2.0, 255) / 2).astype(int)  # 255 / 2 is rounded to even
    assert np.array_equal(stepwise_with_ids(ROCKET, steps), half)
    assert (half < ROCKET).mean() > 0.4


def test_colour_steps_are_rounded_once() -> None:
    """Fused is within half a level of the exact sum, and a quarter for its weights of ten bits; roundings of steps add up."""
    pixels = ROCKET // 2 + 64
    steps = [{"saturation": {"factor": 0.4 + number / 10, "id": f"s{number}"}} for number in range(6)]
    luma = np.array([0.299, 0.587, 0.114])
    grey, share = (pixels @ luma)[:, :, None], math.prod(0.4 + number / 10 for number in range(6))
    exact = grey + share * (pixels - grey)
    fused, step_by_step = run(pixels, *steps), stepwise_with_ids(pixels, steps)
    assert np.abs(fused - exact).max() < 0.75
    assert np.abs(step_by_step - exact).max() > 1
    assert ((step_by_step - exact) ** 2).mean() > 2 * ((fused - exact) ** 2).mean()


def stepwise_with_ids(pixels: np.ndarray, steps: list[dict[str, Any]]) -> np.ndarray:
    """Like `stepwise`, with the draws of the whole pipeline."""
    for primitive in apart(pixels, steps):
        pixels = cpu_image.apply(pixels, primitive)
    return pixels


def apart(pixels: np.ndarray, steps: list[dict[str, Any]]) -> tuple[Any, ...]:
    """The program with a barrier after every step, so that nothing is fused."""
    return program([{name: {**options, "barrier": True}} for step in steps for name, options in step.items()], facts_of(pixels))


def soft(pixels: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(pixels, (0, 0), 2.0)


def sharpness(pixels: np.ndarray) -> float:
    """Mean squared difference of neighbours, in the middle."""
    rows = pixels[60:-60, 80:-80].astype(float)
    return float((np.diff(rows, axis=1) ** 2).mean())


def fine_detail(pixels: np.ndarray) -> float:
    """Energy of frequencies from a quarter of a cycle a pixel to a half, in the middle."""
    green = pixels[30:270, 80:320, 1].astype(float)
    window = np.outer(np.hanning(240), np.hanning(240))
    power = np.abs(np.fft.fft2((green - green.mean()) * window)) ** 2
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(240), np.fft.fftfreq(240)))
    return float(power[(frequency > 0.25) & (frequency < 0.5)].sum())
