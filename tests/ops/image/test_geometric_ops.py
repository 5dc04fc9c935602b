"""Affine, translate, shear and perspective against torchvision, OpenCV and closed forms."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
import torch
import torchvision.transforms.functional as peer
from through_steps import CAT, array, facts_of, program, run, tensor

from augcli.core.values.facts import ImageFacts
from augcli.core.values.matrix import inverse, onto_corners, project


@pytest.mark.parametrize("angle_deg", [0.0, 20.0, -110.0])
@pytest.mark.parametrize("shear_deg", [0.0, 25.0])
def test_affine_is_torchvisions(angle_deg: float, shear_deg: float) -> None:
    width, height = CAT.shape[1], CAT.shape[0]
    steps = {"scale": 0.8, "angle_deg": angle_deg, "shear_x_deg": shear_deg, "shear_y_deg": 0, "x": 0.1, "y": -0.05}
    # They turn clockwise.
    options = {"angle": -angle_deg, "scale": 0.8, "shear": [shear_deg, 0.0], "interpolation": peer.InterpolationMode.BILINEAR}
    exact = peer.affine(tensor(CAT).float(), **{**options, "translate": [33, -12]})
    whole = run(CAT, {"affine": {**steps, "x": 33 / width, "y": -12 / height, "border": "constant"}})
    inside = peer.affine(torch.ones(1, height, width), **{**options, "translate": [33, -12]})
    inside = torch.nn.functional.avg_pool2d(inside, 5, 1, 2, count_include_pad=True)[0].numpy() > 0.9999
    apart = np.abs(whole - array(exact))[inside]
    assert inside.mean() > 0.3
    assert apart.max() <= 2
    assert apart.mean() < 0.3


def test_translate_moves_whole_pixels() -> None:
    result = run(CAT, {"translate": {"x": 0.1, "y": -0.2, "border": "constant", "fill": 9}})
    assert np.array_equal(result[: 240 - 48, 33:], CAT[48:, : 331 - 33])
    assert (result[240 - 48 :] == 9).all()
    assert (result[:, :33] == 9).all()
    mirrored = run(CAT, {"translate": {"x": 0.1, "y": 0}})
    assert np.array_equal(mirrored[:, :33], CAT[:, 33:0:-1])
    half = run(CAT, {"translate": {"x": 0.5 / 331, "y": 0, "whole": False}}).astype(float)
    assert np.abs(half[:, 1:] - (CAT[:, 1:].astype(float) + CAT[:, :-1]) / 2).max() <= 0.5


def test_shear_moves_each_line_by_its_height() -> None:
    (warp,) = program([{"shear": {"x_deg": 30, "y_deg": 0}}], ImageFacts(200, 100))
    assert project(warp.matrix, 100, 50) == pytest.approx((100, 50))
    assert project(warp.matrix, 100, 0) == pytest.approx((100 + 50 * math.tan(math.radians(30)), 0))
    (warp,) = program([{"shear": {"x_deg": 0, "y_deg": 30}}], ImageFacts(200, 100))
    assert project(warp.matrix, 200, 50) == pytest.approx((200, 50 - 100 * math.tan(math.radians(30))))


def test_perspective_is_opencvs_and_torchvisions() -> None:
    width, height = CAT.shape[1], CAT.shape[0]
    (warp,) = program([{"perspective": {"border": "constant"}}], facts_of(CAT))
    square = [(0, 0), (width, 0), (width, height), (0, height)]
    corners = [project(warp.matrix, *corner) for corner in square]
    assert all(
        abs(corner[0] - place[0]) <= 0.15 * width and abs(corner[1] - place[1]) <= 0.15 * height
        for corner, place in zip(corners, square, strict=True)
    )
    theirs = cv2.getPerspectiveTransform(np.float32(square), np.float32(corners))
    assert np.allclose(np.array(warp.matrix).reshape(3, 3) / warp.matrix[8], theirs, rtol=1e-4, atol=1e-4)
    start, end = [list(corner) for corner in square], [list(corner) for corner in corners]
    image = peer.perspective(tensor(CAT).float(), start, end, peer.InterpolationMode.BILINEAR)
    inside = peer.perspective(torch.ones(1, height, width), start, end, peer.InterpolationMode.BILINEAR)
    inside = torch.nn.functional.avg_pool2d(inside, 5, 1, 2, count_include_pad=True)[0].numpy() > 0.9999
    apart = np.abs(run(CAT, {"perspective": {"border": "constant"}}) - array(image))[inside]
    assert inside.mean() > 0.4
    assert apart.max() <= 3
    assert apart.mean() < 0.3


def test_perspective_keeps_the_horizon_off_the_canvas() -> None:
    for number in range(300):
        (warp,) = program([{"perspective": {"distortion": 0.24}}], ImageFacts(300, 200), name=str(number))
        g, h, i = inverse(warp.matrix)[6:]
        depths = [g * x + h * y + i for x in (0, 300) for y in (0, 200)]
        middle = g * 150 + h * 100 + i
        assert min(depth / middle for depth in depths) >= 0.25 - 1e-9
    corners = ((10.0, 20.0), (80.0, 5.0), (90.0, 70.0), (-3.0, 60.0))
    matrix = onto_corners(corners)
    for (u, v), corner in zip(((0, 0), (1, 0), (1, 1), (0, 1)), corners, strict=True):
        assert project(matrix, u, v) == pytest.approx(corner)
