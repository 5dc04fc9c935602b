"""Ops that choose a canvas (pad, crops, sides, expanding turns) and symmetries, against numpy, OpenCV and torchvision."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import pytest
import torchvision.transforms.functional as peer
from through_steps import CAT, array, facts_of, program, run, tensor

from augcli.core.primitives.image import Warp
from augcli.core.values.facts import ImageFacts
from augcli.core.values.matrix import project
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.cpu.image import shift as cpu_shift


@pytest.mark.parametrize(("border", "mode"), [("reflect", "reflect"), ("edge", "edge"), ("constant", "constant")])
def test_pad_is_numpys(border: str, mode: str) -> None:
    result = run(CAT, {"pad": {"size": [400, 301], "border": border}})
    fill = {"constant_values": 0} if mode == "constant" else {}
    assert np.array_equal(result, np.pad(CAT, ((30, 31), (34, 35), (0, 0)), mode=mode, **fill))  # type: ignore[call-overload]
    square = run(CAT, {"pad": {"border": border, "anchor": "top_left"}})
    assert np.array_equal(square, np.pad(CAT, ((0, 91), (0, 0), (0, 0)), mode=mode, **fill))  # type: ignore[call-overload]
    multiple = run(CAT, {"pad": {"multiple": 32, "border": border, "anchor": "bottom_right"}})
    assert np.array_equal(multiple, np.pad(CAT, ((16, 0), (21, 0), (0, 0)), mode=mode, **fill))  # type: ignore[call-overload]


def test_a_letterbox_has_sharp_edges() -> None:
    result = run(CAT, {"pad": {"size": 640, "letterbox": True, "fill": 114}})
    inner = cv2.resize(CAT, (640, 464), interpolation=cv2.INTER_LINEAR)
    assert np.array_equal(result, np.pad(inner, ((88, 88), (0, 0), (0, 0)), constant_values=114))
    smaller = run(CAT, {"pad": {"size": 64, "letterbox": True, "fill": [1, 2, 3]}})
    assert (smaller[:9] == (1, 2, 3)).all()
    assert smaller.shape == (64, 64, 3)


def test_pad_ends_a_warp_on_both_sides() -> None:
    facts = facts_of(CAT)
    after_crop = program([{"crop": {"window": 100, "x": 0.5, "y": 0.5}}, {"pad": {"size": 200}}], facts)
    assert [warp.size for warp in after_crop] == [(100, 100), (200, 200)]
    result = run(CAT, {"crop": {"window": 100, "x": 0.5, "y": 0.5}}, {"pad": {"size": 200}})
    assert not result[:50].any()
    assert not result[:, 150:].any()
    assert len(program([{"pad": {"size": 400}}, {"translate": {}}], facts)) == 2
    assert len(program([{"pad": {"size": 400}}], facts)) == 1  # what only ended a Warp is left out where there was none
    assert program([{"pad": {"size": 100}}], facts) == ()
    assert len(program([{"rotate": {"angle_deg": 9}}, {"pad": {"size": 100}}, {"zoom": {"factor": 1.1}}], facts)) == 2


@pytest.mark.parametrize("options", [{"size": 3, "multiple": 2}, {"letterbox": True}, {"size": 0}, {"anchor": "middle"}])
def test_pad_refuses_what_makes_no_sense(options: dict[str, Any]) -> None:
    with pytest.raises(Exception, match=r"takes size or multiple|letterbox needs a size|size|anchor"):
        program([{"pad": options}], ImageFacts(10, 10))


def test_shifts_by_whole_pixels_are_what_a_sampling_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    found = []
    for turn in range(2):
        rng = np.random.default_rng(0)
        if turn:
            monkeypatch.setattr(cpu_shift, "shifted", lambda pixels, step: None)
        for _ in range(150):
            width, height = rng.integers(1, 30, 2)
            pixels = rng.integers(0, 256, (height, width, rng.choice((1, 3, 4))), dtype=np.uint8)
            x, y = (float(value) for value in rng.integers(-35, 35, 2))
            size = int(rng.integers(1, 50)), int(rng.integers(1, 50))
            border, taken = str(rng.choice(("reflect", "edge", "constant"))), str(rng.choice(("any", "nearest")))
            said = Warp((1.0, 0.0, x, 0.0, 1.0, y, 0.0, 0.0, 1.0), size, border, (0.1, 0.5, 1.0), taken)
            found.append(cpu_image.apply(pixels, said))
    assert all(np.array_equal(one, other) for one, other in zip(found[:150], found[150:], strict=True))


@pytest.mark.parametrize("angle_deg", [1e-9, 3, 30, 45, 60, 89.9, 90, 135, 180, -90, -20])
@pytest.mark.parametrize("size", [(200, 100), (100, 200), (150, 150), (300, 20), (1, 1)])
def test_rotate_expands_and_cuts(angle_deg: float, size: tuple[int, int]) -> None:
    facts = ImageFacts(*size)
    (expanded,) = program([{"rotate": {"angle_deg": angle_deg, "canvas": "expand"}}], facts) or (Warp.cut((0, 0, *size)),)
    corners = [project(expanded.matrix, x, y) for x in (0, size[0]) for y in (0, size[1])]
    for axis in (0, 1):
        low, high = min(corner[axis] for corner in corners), max(corner[axis] for corner in corners)
        assert low >= -1e-5
        assert high <= expanded.size[axis] + 1e-5
        assert expanded.size[axis] - (high - low) < 1  # no larger than it must be
    (inner,) = program([{"rotate": {"angle_deg": angle_deg, "canvas": "inner"}}], facts) or (Warp.cut((0, 0, *size)),)
    assert inner.size == (1, 1) or inner.samples_inside(*size)
    assert inner.border == "any"
    # No larger rectangle about the middle fits: neither wider, nor higher, nor of another shape.
    area = (inner.size[0] + 1) * (inner.size[1] + 1)
    radians = math.radians(angle_deg)
    cosine, sine = abs(math.cos(radians)), abs(math.sin(radians))
    for wide in np.linspace(1, sum(size), 400):
        # Its corners, turned back, must lie in the image.
        room_x, room_y = size[0] - wide * cosine, size[1] - wide * sine
        if room_x >= 0 and room_y >= 0:
            high = min(room_x / sine if sine > 1e-12 else 1e9, room_y / cosine if cosine > 1e-12 else 1e9)
            assert wide * high <= area * (1 + 1e-9)
    if angle_deg % 90 == 0 and angle_deg:
        assert expanded == inner
        assert expanded.index_operation(facts) is not None


def test_expanding_by_a_quarter_turn_is_exact_and_inner_shows_no_border() -> None:
    assert np.array_equal(run(CAT, {"rotate": {"angle_deg": 90, "canvas": "expand"}}), np.rot90(CAT))
    white = np.full((101, 160, 3), 255, np.uint8)
    for angle_deg in (7, 33, 45, 80, -120):
        result = run(white, {"rotate": {"angle_deg": angle_deg, "canvas": "inner", "border": "constant"}})
        assert (result == 255).all()
        assert result.size > 3 * 1000


def test_crops_are_torchvisions() -> None:
    mine = [run(CAT, {"five_crop": {"size": [100, 60]}}, copy=copy) for copy in range(6)]
    theirs = [array(each) for each in peer.five_crop(tensor(CAT), [60, 100])]
    assert all(np.array_equal(one, other) for one, other in zip(mine, [*theirs, theirs[0]], strict=True))
    mine = [run(CAT, {"ten_crop": {"size": [100, 60]}}, copy=copy) for copy in range(11)]
    theirs = [array(each) for each in peer.ten_crop(tensor(CAT), [60, 100])]
    assert all(np.array_equal(one, other) for one, other in zip(mine, [*theirs, theirs[0]], strict=True))
    upside = run(CAT, {"ten_crop": {"size": [100, 60], "axis": "vertical"}}, copy=5)
    assert np.array_equal(upside, CAT[::-1][:60, :100])
    for size in ((96, 96), (101, 55), (331, 240)):
        assert np.array_equal(run(CAT, {"center_crop": {"size": list(size)}}), array(peer.center_crop(tensor(CAT), size[::-1])))
    larger = run(CAT, {"center_crop": {"size": [351, 100], "border": "constant"}})
    assert np.array_equal(larger, array(peer.center_crop(tensor(CAT), [100, 351])))
    assert np.array_equal(run(CAT, {"center_crop": {"size": 50, "anchor": "bottom_left"}}), CAT[-50:, :50])


def test_crop_takes_windows_and_anchors() -> None:
    part = run(CAT, {"crop": {"window": [40, 30], "anchor": "top_right"}})
    assert np.array_equal(part, CAT[:30, -40:])
    drawn = {run(CAT, {"crop": {"window": 64}}, name=str(number)).tobytes() for number in range(8)}
    assert len(drawn) == 8
    assert run(CAT, {"crop": {"window": 1000}}).shape == CAT.shape
    assert run(CAT, {"crop": {"window": [40, 30], "size": 20}}).shape == (20, 20, 3)
    (warp,) = program([{"crop": {"area": 0.25, "aspect": 1, "anchor": "bottom", "size": 10}}], ImageFacts(100, 100))
    assert project(warp.matrix, 50, 100) == pytest.approx((5, 10))


def test_sides_keep_proportions() -> None:
    assert run(CAT, {"longest_side": {"length_px": 200}}).shape == (145, 200, 3)
    assert run(CAT, {"shortest_side": {"length_px": 200}}).shape == (200, 276, 3)
    assert run(CAT, {"longest_side": {"length_px": 500, "only_shrink": True}}).shape == CAT.shape
    assert run(CAT, {"shortest_side": {"length_px": 240}}).shape == CAT.shape
    resized = run(CAT, {"longest_side": {"length_px": 500}})
    assert np.array_equal(resized, cv2.resize(CAT, resized.shape[1::-1], interpolation=cv2.INTER_LINEAR))
    near = run(CAT, {"longest_side": {"length_px": 662, "interpolation": "nearest"}})
    assert np.array_equal(near, CAT.repeat(2, 0).repeat(2, 1))
    lengths = {program([{"longest_side": {"length_px": [30, 34]}}], ImageFacts(9, 60), name=str(n))[0].size for n in range(60)}
    assert lengths == {(round(9 * length / 60), length) for length in range(30, 35)}


def test_transpose_and_the_eight_symmetries_are_exact() -> None:
    assert np.array_equal(run(CAT, {"transpose": {}}), CAT.transpose(1, 0, 2))
    seen = set()
    for element in range(8):
        expected = CAT.transpose(1, 0, 2) if element & 1 else CAT
        expected = expected[:, ::-1] if element & 2 else expected
        expected = expected[::-1] if element & 4 else expected
        result = run(CAT, {"d4": {"element": element}})
        assert np.array_equal(result, expected)
        seen.add(result.tobytes())
    assert len(seen) == 8
    drawn = {program([{"d4": {}}], ImageFacts(8, 8), name=str(number)) for number in range(80)}
    assert len(drawn) == 8
