"""Operations that depend on the copy number, and records of displacement fields that were scaled down, in a whole run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torchvision.transforms.functional as peer
from through_steps import CAT, array, tensor


def test_five_copies_are_five_crops(make: Callable[..., Any], tmp_path: Path, augcli: Callable[..., Any]) -> None:
    (tmp_path / "in").mkdir()
    cv2.imwrite(str(tmp_path / "in" / "cat.png"), CAT[..., ::-1])
    make("copies: 6\nimage: [{five_crop: {size: [100, 60]}}]\n", tmp_path / "in", tmp_path / "out")
    theirs = [array(each) for each in peer.five_crop(tensor(CAT), [60, 100])]
    for copy in range(6):
        made = cv2.imread(str(tmp_path / "out" / f"cat__aug{copy}.png"))[..., ::-1]
        assert np.array_equal(made, theirs[copy % 5])
    assert augcli("replay", tmp_path / "out").returncode == 0


def test_records_tell_of_fields_that_were_scaled_down(make: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    cv2.imwrite(str(tmp_path / "in" / "cat.png"), CAT)
    steps = "[{elastic: {amplitude: 0.5}}, {thin_plate_spline: {amplitude: 0.01}}]"
    make(f"image: {steps}\n", tmp_path / "in", tmp_path / "out")
    record = json.loads((tmp_path / "out" / "manifest.jsonl").read_text().splitlines()[0])
    assert 0 < record["eased"][0] < 1
    assert record["eased"][1] == 1
