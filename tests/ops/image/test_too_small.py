"""A crop of a fixed size that is larger than its image: padded by a colour, enlarged or refused, as the op says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

CROPS = ["center_crop", "five_crop", "ten_crop"]


GREY = np.full((20, 40, 3), 100, np.uint8)


def made(
    augcli: Callable[..., Any], tmp_path: Path, step: str, pixels: Any = GREY
) -> tuple[int, list[Any], list[dict[str, Any]]]:
    """Exit code, images and records of a run on one image, of 40 × 20 pixels if not given."""
    (tmp_path / "in").mkdir()
    Image.fromarray(pixels).save(tmp_path / "in" / "a.png")
    (tmp_path / "p.yaml").write_text(f"image: [{step}]\n")
    assert augcli("check", tmp_path / "p.yaml").returncode == 0
    code = augcli("run", tmp_path / "p.yaml", tmp_path / "in", "-o", tmp_path / "out").returncode
    images = [np.asarray(Image.open(path)) for path in sorted((tmp_path / "out").glob("*.png"))]
    return code, images, [json.loads(line) for line in (tmp_path / "out" / "manifest.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("name", CROPS)
def test_it_is_padded_by_one_colour_and_not_by_mirrored_copies(augcli: Callable[..., Any], tmp_path: Path, name: str) -> None:
    code, (image,), _ = made(augcli, tmp_path, f"{name}: {{size: 30}}")
    assert code == 0 and image.shape == (30, 30, 3)
    assert (image == 100).all(2).sum() == 20 * 30 and (image == 0).all(2).sum() == 10 * 30


@pytest.mark.parametrize("name", CROPS)
def test_it_is_enlarged_where_that_is_asked_for(augcli: Callable[..., Any], tmp_path: Path, name: str) -> None:
    code, (image,), _ = made(augcli, tmp_path, f"{name}: {{size: [90, 30], too_small: resize}}")
    assert code == 0 and image.shape == (30, 90, 3) and (image == 100).all()


@pytest.mark.parametrize("name", CROPS)
def test_it_fails_the_output_where_that_is_asked_for(augcli: Callable[..., Any], tmp_path: Path, name: str) -> None:
    code, images, (record,) = made(augcli, tmp_path, f"{name}: {{size: 2000, too_small: fail}}")
    assert code == 1 and not images and record["error"]["code"] == "image.too_small"


@pytest.mark.parametrize("too_small", ["pad", "resize", "fail"])
def test_a_crop_that_fits_is_the_same_in_any_case(augcli: Callable[..., Any], tmp_path: Path, too_small: str) -> None:
    code, (image,), _ = made(augcli, tmp_path, f"center_crop: {{size: [40, 20], too_small: {too_small}}}")
    assert code == 0 and image.shape == (20, 40, 3) and (image == 100).all()


@pytest.mark.parametrize(
    ("steps", "shape"),
    [
        ("crop: {window: [60, 50]}", (20, 40)),
        ("crop: {window: [60, 50], hard: true}", (20, 40)),
        ("center_crop: {size: [60, 50], hard: true}", (50, 60)),
        ("pad", (40, 40)),
        ("pad: {size: [60, 50]}", (50, 60)),
        ("pad: {multiple: 32}", (32, 64)),
        ("{flip: {axis: vertical}}, {center_crop: {size: 50}}", (50, 50)),
        ("rotate90, {pad: {size: 50}}", (50, 50)),
        ("{resize: {size: [40, 20]}}, {center_crop: {size: [200, 100]}}", (100, 200)),
    ],
)
def test_no_window_shows_a_part_of_the_image_twice(
    augcli: Callable[..., Any], tmp_path: Path, steps: str, shape: tuple[int, int]
) -> None:
    """An image with a red pixel in each corner: a mirrored copy would hold more of them."""
    pixels = np.full((20, 40, 3), 100, np.uint8)
    pixels[::19, ::39] = 255, 0, 0
    code, (image,), _ = made(augcli, tmp_path, steps, pixels)
    assert code == 0 and image.shape[:2] == shape
    assert (image == (255, 0, 0)).all(2).sum() == 4
