"""`augcli ops sheet`: every image operation is on it, at both ends of every range, with its name."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from augcli import ops
from augcli.engine.about import sheet

IMAGES = sorted(op.name() for op in ops.load().values() if op.modality() == "image")


@pytest.fixture
def photos(samples: Path) -> list[Any]:
    paths = ("animal/cat.jpg", "thing/coffee.jpg", "thing/scissors.png", "thing/bricks.jpg")
    return [sheet.load_photo(str(samples / "images" / path), 120) for path in paths]


def test_every_operation_is_on_it(photos: list[Any], monkeypatch: pytest.MonkeyPatch, samples: Path) -> None:
    monkeypatch.chdir(samples.parent.parent)  # where histogram_match's example finds its references
    made = list(sheet.tiles(sheet.thorough(sheet.image_operations([])), photos))
    assert sorted({tile.name for tile in made}) == IMAGES
    assert all(tile.pixels.dtype == np.uint8 and tile.pixels.size for tile in made)
    assert {"rotate: angle_deg -15", "rotate: angle_deg 15"} <= set(sheet.contents(made).splitlines())


@pytest.mark.parametrize(
    "name", [name for name in IMAGES if name not in ("histogram_match", "background", "resize", "longest_side")]
)
def test_each_does_something_to_a_photograph(name: str, photos: list[Any]) -> None:
    """In both of the draws of its defaults, or at the ends of its ranges."""
    made = list(sheet.tiles(sheet.thorough(sheet.image_operations([name])), photos))
    changed = [tile.pixels.shape != photos[0].shape or np.abs(tile.pixels.astype(int) - photos[0]).max() >= 4 for tile in made]
    assert changed[0] or changed[1] or name in ("augmix", "auto_augment", "rand_augment", "trivial_augment")
    assert sum(changed) > len(changed) / 3


def test_images_of_16_bits(tmp_path: Path, photos: list[Any]) -> None:
    Image.fromarray(photos[3][:, :, 0].astype(np.uint16) * 257).save(tmp_path / "deep.png")
    deep = sheet.load_photo(str(tmp_path / "deep.png"), 120)
    assert deep.dtype == np.uint16
    cases = sheet.brief(sheet.image_operations(["rotate", "gamma", "gaussian_noise"]))
    one, other = (list(sheet.tiles(cases, [photo])) for photo in (deep, photos[3]))
    shown = [np.asarray(sheet.lay_out(made, 3, (120, 90), titled=False)).astype(int) for made in (one, other)]
    assert np.abs(shown[0] - shown[1]).max() <= 3


def test_other_names_are_known() -> None:
    assert [op.id for op in sheet.image_operations(["impulse_noise", "image.flip"])] == ["image.salt_pepper", "image.flip"]


def test_draws_are_those_of_the_seed(photos: list[Any]) -> None:
    cases = sheet.brief(sheet.image_operations(["rotate", "elastic"]))
    one, same, other = (list(sheet.tiles(cases, photos, seed)) for seed in (1, 1, 2))
    assert sheet.contents(one) == sheet.contents(same) != sheet.contents(other)
    assert all((a.pixels == b.pixels).all() for a, b in zip(one, same, strict=True))


def test_the_command_writes_names_in_the_order_given(
    augcli: Callable[..., subprocess.CompletedProcess[str]], samples: Path, tmp_path: Path
) -> None:
    photo, made = samples / "images/animal/cat.jpg", tmp_path / "sheet.jpg"
    done = augcli(
        "ops", "sheet", photo, "-o", made, "--only", "rotate, flip,cutmix", "--brief", "--columns", "2", "--width", "60"
    )
    assert done.returncode == 0, done.stderr
    with Image.open(made) as image:
        assert [line.partition(":")[0] for line in image.info["comment"].decode().splitlines()] == ["rotate", "flip", "cutmix"]
        height = round(60 * 300 / 451)
        assert image.size == (2 * 64 + 4, 2 * (height + 16) + 4)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["cat.jpg", "-o", "s.png", "--only", "rotat"], 2, "did you mean 'rotate'"),
        (["cat.jpg", "-o", "s.png", "--only", "gain"], 2, "'gain' is no operation for images"),
        (["gone.jpg", "-o", "s.png"], 2, "cannot read gone.jpg"),
        (["note.txt", "-o", "s.png"], 2, "note.txt not a JPEG"),
        (["cat.jpg", "-o", "s.doc", "--only", "flip"], 2, "s.doc needs a suffix"),
        (["cat.jpg", "-o", "no/s.png", "--only", "flip"], 73, "cannot write no/s.png"),
    ],
)
def test_mistakes_are_told(
    words: list[str],
    code: int,
    message: str,
    augcli: Callable[..., subprocess.CompletedProcess[str]],
    samples: Path,
    tmp_path: Path,
) -> None:
    (tmp_path / "cat.jpg").write_bytes((samples / "images/animal/cat.jpg").read_bytes())
    (tmp_path / "note.txt").write_text("no image at all")
    done = augcli("ops", "sheet", *words, cwd=tmp_path)
    assert done.returncode == code and message in " ".join(done.stderr.split()), done.stderr
