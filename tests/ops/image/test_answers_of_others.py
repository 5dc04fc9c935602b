"""Whole steps, as written in YAML, on photographs, compared with torchvision, OpenCV, Pillow and scikit-image."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import cv2
import numpy as np
import pytest
import skimage.transform
import torch
import torchvision.transforms.functional as peer
from PIL import Image
from through_steps import CAT, ROCKET, array, psnr, run, tensor

Pixels = np.ndarray
BILINEAR = peer.InterpolationMode.BILINEAR
PHOTOGRAPHS = {"cat": CAT, "rocket": ROCKET}


class Answer(NamedTuple):
    """Their answer to a step, not rounded; ours may be `most` levels away, and `mean` on average."""

    step: dict[str, Any]
    theirs: Callable[[Pixels], Pixels]
    most: float
    mean: float = 0.3  # of rounding alone 0.25


def full(pixels: Pixels) -> torch.Tensor:
    return tensor(pixels).float() / 255


def affine(**options: Any) -> Callable[[Pixels], Pixels]:
    said = {"angle": 0.0, "translate": [0, 0], "scale": 1.0, "shear": [0.0, 0.0], **options}
    return lambda pixels: array(peer.affine(tensor(pixels).float(), interpolation=BILINEAR, **said))


def hue_rotated(angle_deg: float) -> Callable[[Pixels], Pixels]:
    """feColorMatrix of type hueRotate, from the W3C's Filter Effects Module Level 1."""
    cosine, sine = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    kept = np.array([[0.213, 0.715, 0.072]] * 3)
    of_cosine = np.array([[0.787, -0.715, -0.072], [-0.213, 0.285, -0.072], [-0.213, -0.715, 0.928]])
    of_sine = np.array([[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]])
    return lambda pixels: np.clip(pixels @ (kept + cosine * of_cosine + sine * of_sine).T, 0, 255)


def filtered(kernel: Pixels) -> Callable[[Pixels], Pixels]:
    return lambda pixels: cv2.filter2D(pixels.astype(np.float64), -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT_101)


def disc(radius_px: float) -> Pixels:
    """Which share of each pixel a disc covers, by 32 × 32 points in each."""
    reach = math.ceil(radius_px) + 1
    place = (np.arange((2 * reach + 1) * 32) + 0.5) / 32 - reach - 0.5
    inside = (np.hypot(*np.meshgrid(place, place)) <= radius_px).astype(float)
    return inside.reshape(2 * reach + 1, 32, 2 * reach + 1, 32).mean((1, 3))


ANYWHERE = {
    "brightness": Answer({"brightness": {"factor": 1.3}}, lambda p: 255 * array(peer.adjust_brightness(full(p), 1.3)), 0.51),
    "contrast": Answer({"contrast": {"factor": 0.6}}, lambda p: 255 * array(peer.adjust_contrast(full(p), 0.6)), 0.51),
    "saturation": Answer({"saturation": {"factor": 1.7}}, lambda p: 255 * array(peer.adjust_saturation(full(p), 1.7)), 0.76),
    "grayscale": Answer({"grayscale": {}}, lambda p: 255 * array(peer.rgb_to_grayscale(full(p), 3)), 0.76),
    "hue": Answer({"hue": {"angle_deg": 40}}, hue_rotated(40), 0.76),
    "flip": Answer({"flip": {}}, lambda p: array(peer.hflip(tensor(p))), 0, 0),
    "rotate90": Answer({"rotate90": {"turns": 1}}, lambda p: array(torch.rot90(tensor(p), 1, (1, 2))), 0, 0),
    "pad": Answer({"pad": {"size": [420, 310], "fill": 9}}, lambda p: padded(p, 420, 310), 0, 0),
    "resize": Answer(
        {"resize": {"size": [450, 410]}}, lambda p: array(peer.resize(tensor(p).float(), [410, 450], BILINEAR)), 0.8
    ),
    "median_blur": Answer({"median_blur": {"radius_px": 2}}, lambda p: cv2.medianBlur(p, 5), 0, 0),
    "motion_blur, level": Answer(
        {"motion_blur": {"length_px": 9, "angle_deg": 0}}, lambda p: cv2.blur(p.astype(float), (9, 1), borderType=4), 0.51
    ),
    "motion_blur, diagonal": Answer({"motion_blur": {"length_px": 7 * 2**0.5, "angle_deg": -45}}, filtered(np.eye(7)), 0.51),
    "defocus": Answer({"defocus": {"radius_px": 5.5}}, filtered(disc(5.5)), 1.1),
}
# Where both show the image itself: they fade into a constant border in other ways.
INSIDE = {
    "rotate": Answer({"rotate": {"angle_deg": 25, "border": "constant"}}, affine(angle=-25.0), 0.51),
    "zoom": Answer({"zoom": {"factor": 1.6}}, affine(scale=1.6), 0.51),
    "zoom, smaller": Answer({"zoom": {"factor": 0.8, "border": "constant"}}, affine(scale=0.8), 0.51),
    "shear": Answer({"shear": {"x_deg": 20, "border": "constant"}}, affine(shear=[20.0, 0.0]), 0.51),
    "translate": Answer({"translate": {"x": 0.2, "y": 0.1, "border": "constant"}}, lambda p: shifted(p, 0.2, 0.1), 0.01),
    "crop": Answer({"crop": {"window": [120, 90], "anchor": "top_left", "size": [240, 180]}}, lambda p: cropped(p), 0.51),
    "perspective, none": Answer({"perspective": {"distortion": 0}}, lambda p: p, 0, 0),
}


def padded(pixels: Pixels, width: int, height: int) -> Pixels:
    left, top = (width - pixels.shape[1]) // 2, (height - pixels.shape[0]) // 2
    sides = [left, top, width - pixels.shape[1] - left, height - pixels.shape[0] - top]
    return array(peer.pad(tensor(pixels), sides, fill=9))


def shifted(pixels: Pixels, x: float, y: float) -> Pixels:
    whole = [round(x * pixels.shape[1]), round(y * pixels.shape[0])]
    return affine(translate=whole)(pixels)


def cropped(pixels: Pixels) -> Pixels:
    return array(peer.resized_crop(tensor(pixels).float(), 0, 0, 90, 120, [180, 240], BILINEAR))


def compare(answer: Answer, pixels: Pixels, inside: Pixels | None = None) -> None:
    ours, theirs = run(pixels, answer.step), answer.theirs(pixels)
    assert ours.shape == theirs.shape
    apart = np.abs(ours - theirs)
    if inside is not None:
        assert inside.mean() > 0.3
        apart = apart[inside]
    assert apart.max() <= answer.most
    assert apart.mean() <= answer.mean


@pytest.mark.parametrize("photograph", PHOTOGRAPHS)
@pytest.mark.parametrize("name", ANYWHERE)
def test_steps_are_theirs(name: str, photograph: str) -> None:
    compare(ANYWHERE[name], PHOTOGRAPHS[photograph])


@pytest.mark.parametrize("photograph", PHOTOGRAPHS)
@pytest.mark.parametrize("name", INSIDE)
def test_steps_are_theirs_inside(name: str, photograph: str) -> None:
    pixels = PHOTOGRAPHS[photograph]
    white = INSIDE[name].theirs(np.full_like(pixels, 255)) > 254.9
    inside = cv2.erode(white[:, :, 0].astype(np.uint8), np.ones((5, 5)), borderValue=0) > 0
    compare(INSIDE[name], pixels, inside)


@pytest.mark.parametrize(("size", "least"), [((200, 150), 38), ((100, 75), 36.5), ((61, 200), 36.5), ((32, 32), 33.5)])
def test_making_smaller_is_like_what_filters_over_all_pixels_make(size: tuple[int, int], least: float) -> None:
    """Ours averages whole blocks, then interpolates; theirs is a triangle filter as wide as the scale. None shows moiré."""
    ours = run(ROCKET, {"resize": {"size": list(size)}})
    pillows = np.asarray(Image.fromarray(ROCKET).resize(size, Image.Resampling.BILINEAR))
    torchvisions = array(peer.resize(tensor(ROCKET), size[::-1], BILINEAR, antialias=True))
    scikits = 255 * skimage.transform.resize(ROCKET, size[::-1], order=1, anti_aliasing=True)
    for theirs in (pillows, torchvisions, scikits):
        assert psnr(ours, theirs) > least
    if size != (200, 150):  # there, four pixels are averaged anyway
        without = array(peer.resize(tensor(ROCKET), size[::-1], BILINEAR, antialias=False))
        assert psnr(without, pillows) < least - 6
