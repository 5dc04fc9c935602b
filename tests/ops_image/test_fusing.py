"""What fusing is worth: one resampling against several."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from through_steps import ROCKET, facts_of, program, psnr, run

from augcli.kernels import cpu_image


def stepwise(pixels: np.ndarray, *steps: dict[str, Any]) -> np.ndarray:
    for number, step in enumerate(steps):
        ((name, options),) = step.items()
        pixels = run(pixels, {name: {**options, "id": f"s{number}"}}, torch_too=False)
    return pixels


def disc(pixels: np.ndarray, share: float = 0.95) -> np.ndarray:
    """Which pixels stay in sight however the picture is turned."""
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
    apart = psnr(step_by_step[disc(ROCKET)], once[disc(ROCKET)])
    assert 25 < apart < 40  # the same picture, but softer
    assert sharpness(step_by_step) < 0.9 * sharpness(fused)


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
    """The same geometry, in fewer resamplings: in the middle the two differ by softness alone."""
    assert len(program(steps, facts_of(ROCKET))) == 1
    fused, step_by_step = run(ROCKET, *steps), stepwise_with_ids(ROCKET, steps)
    assert fused.shape == step_by_step.shape
    inside = disc(fused, 0.6)
    assert psnr(soft(fused)[inside], soft(step_by_step)[inside]) > 38


def stepwise_with_ids(pixels: np.ndarray, steps: list[dict[str, Any]]) -> np.ndarray:
    """Like `stepwise`, with the draws of the whole pipeline."""
    barred = [{name: {**options, "barrier": True}} for step in steps for name, options in step.items()]
    said = program(barred, facts_of(pixels))
    for primitive in said:
        pixels = cpu_image.apply(pixels, primitive)
    return pixels


def soft(pixels: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(pixels, (0, 0), 2.0)


def sharpness(pixels: np.ndarray) -> float:
    """Mean squared difference of neighbours, in the middle."""
    rows = pixels[60:-60, 80:-80].astype(float)
    return float((np.diff(rows, axis=1) ** 2).mean())
