"""Scaling down and up again: against block means and OpenCV, and without effect on labels."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from through_steps import CAT, ROCKET, facts_of, program, psnr, run

from augcli.core.pipeline.model import parse_pipeline
from augcli.core.program.unfit import unfit_orders


@pytest.mark.parametrize("edge", [2, 3, 8, 128])
@pytest.mark.parametrize("channels", [1, 3])
def test_blocks_are_their_means(edge: int, channels: int) -> None:
    pixels = np.ascontiguousarray(ROCKET[:, :, :channels])
    blocks = run(pixels, {"pixelate": {"block_px": edge}})
    assert blocks.shape == pixels.shape
    height, width = (length // edge for length in pixels.shape[:2])
    inside = pixels[: height * edge, : width * edge].astype(float).reshape(height, edge, width, edge, channels)
    found = blocks[: height * edge, : width * edge].reshape(height, edge, width, edge, channels)
    if height and width:
        assert (found == found[:, :1, :, :1]).all()
        assert np.abs(found[:, 0, :, 0] - inside.mean((1, 3))).max() <= 0.5


def test_cut_blocks_are_square_and_reach_the_rim() -> None:
    blocks = run(CAT, {"pixelate": {"block_px": 7}})  # 331 × 240
    assert (blocks[:, 329:] == blocks[:, 329:330]).all()
    assert np.abs(blocks[239, 0] - CAT[238:, :7].astype(float).mean((0, 1))).max() < 8


def test_downscaling_is_opencvs_there_and_back() -> None:
    small = cv2.resize(ROCKET, (100, 75), interpolation=cv2.INTER_AREA)
    assert psnr(run(ROCKET, {"downscale": {"scale": 0.25}}), cv2.resize(small, (400, 300))) > 45
    nearest = {"downscale": {"scale": 0.25, "enlarge": "nearest"}}
    assert psnr(run(ROCKET, nearest), cv2.resize(small, (400, 300), interpolation=cv2.INTER_NEAREST)) > 45
    jagged = run(ROCKET, {"downscale": {"scale": 0.2, "shrink": "nearest", "enlarge": "nearest"}})
    assert np.array_equal(jagged, ROCKET[2::5, 2::5].repeat(5, 0).repeat(5, 1))


@pytest.mark.parametrize("step", ["downscale", "pixelate"])
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 9, 3), (5, 2, 4)])
def test_small_images_keep_their_size(step: str, shape: tuple[int, int, int]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    assert run(pixels, {step: {}}).shape == shape


def test_nothing_is_done_at_full_size() -> None:
    assert program([{"downscale": {"scale": 1}}, {"pixelate": {"block_px": 1}}], facts_of(CAT)) == ()


def test_earlier_and_later_warps_fuse_in_but_the_two_never_cancel() -> None:
    steps = [{"rotate": {"angle_deg": 9}}, {"downscale": {"scale": 0.5}}, {"zoom": {"factor": 1.5}}]
    assert len(program(steps, facts_of(ROCKET))) == 2
    assert psnr(run(ROCKET, {"downscale": {"scale": 0.2}}), ROCKET) < 32


@pytest.mark.parametrize("step", ["downscale", "pixelate"])
def test_they_may_come_after_mixing(step: str) -> None:
    unfit_orders(parse_pipeline(f"image:\n  - mixup\n  - {step}"))
