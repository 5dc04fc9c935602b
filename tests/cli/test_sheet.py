"""`augcli ops sheet`: every image operation is on it, at both ends of every range, with its name, applied at full size."""

from __future__ import annotations

import subprocess
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from augcli import ops
from augcli.engine.about import sheet

ROOT = Path(__file__).parents[2]
IMAGES = sorted(op.name() for op in ops.load().values() if op.modality() == "image")


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Small photographs, so that hundreds of outputs take little time."""
    small = tmp_path_factory.mktemp("small")
    for path in ("animal/cat.jpg", "thing/coffee.jpg", "thing/scissors.png", "thing/bricks.jpg"):
        with Image.open(ROOT / "sample_data/data/images" / path) as image:
            image.resize((120, 120 * image.height // image.width)).save(small / f"{Path(path).stem}.png")
    return [sheet.load_photo(str(small / f"{stem}.png")) for stem in ("cat", "coffee", "scissors", "bricks")]


def test_every_operation_is_on_it(photos: list[Any], monkeypatch: pytest.MonkeyPatch, samples: Path) -> None:
    monkeypatch.chdir(samples.parent.parent)  # where histogram_match's example finds its references
    made = list(sheet.examples(sheet.thorough(sheet.image_operations([])), photos))
    assert sorted({tile.name for tile in made}) == IMAGES
    assert all(tile.pixels.dtype == np.uint8 and tile.pixels.size for tile in made)
    assert {"rotate: angle_deg -15", "rotate: angle_deg 15"} <= set(sheet.contents(made).splitlines())


@pytest.mark.parametrize(
    "name", [name for name in IMAGES if name not in ("histogram_match", "background", "resize", "longest_side")]
)
def test_each_does_something_to_a_photograph(name: str, photos: list[Any]) -> None:
    """In both of the draws of its defaults, or at the ends of its ranges."""
    made = list(sheet.examples(sheet.thorough(sheet.image_operations([name])), photos))
    changed = [tile.pixels.shape != photos[0].shape or np.abs(tile.pixels.astype(int) - photos[0]).max() >= 4 for tile in made]
    assert changed[0] or changed[1] or name in ("augmix", "auto_augment", "rand_augment", "trivial_augment")
    assert sum(changed) > len(changed) / 3


def test_images_of_16_bits(tmp_path: Path, photos: list[Any]) -> None:
    Image.fromarray(photos[3][:, :, 0].astype(np.uint16) * 257).save(tmp_path / "deep.png")
    deep = sheet.load_photo(str(tmp_path / "deep.png"))
    assert deep.dtype == np.uint16
    cases = sheet.brief(sheet.image_operations(["rotate", "gamma", "gaussian_noise"]))
    one, other = (list(sheet.examples(cases, [photo])) for photo in (deep, photos[3]))
    shown = [
        np.asarray(sheet.lay_out(sheet.reduced(made, (120, 90), True), 3, (120, 90), titled=False)).astype(int)
        for made in (one, other)
    ]
    assert np.abs(shown[0] - shown[1]).max() <= 3


def test_other_names_are_known() -> None:
    assert [op.id for op in sheet.image_operations(["impulse_noise", "image.flip"])] == ["image.salt_pepper", "image.flip"]


def test_draws_are_those_of_the_seed(photos: list[Any]) -> None:
    cases = sheet.brief(sheet.image_operations(["rotate", "elastic"]))
    one, same, other = (list(sheet.examples(cases, photos, seed)) for seed in (1, 1, 2))
    assert sheet.contents(one) == sheet.contents(same) != sheet.contents(other)
    assert all((a.pixels == b.pixels).all() for a, b in zip(one, same, strict=True))


def test_operations_are_applied_at_full_size_and_the_centre_shows_at_100_percent() -> None:
    """A blur of 1 px is plain to see in the crop, and all but gone once the output is shrunk to a sixteenth."""
    rows = np.indices((320, 480)).sum(0) % 2 * 255  # a chessboard of single pixels, grey when shrunk
    photo = np.repeat(rows.astype(np.uint8)[:, :, None], 3, 2)
    size = sheet.size_of_tiles(photo, 30)
    assert size == (30, 20)
    cases = [sheet.Case(op, {}) for op in sheet.image_operations(["flip"])]
    cases += [sheet.Case(op, {"radius_px": {"value": 1}}) for op in sheet.image_operations(["box_blur"])]
    flipped, blurred = sheet.reduced(sheet.examples(cases, [photo]), size, at_100_percent=True)
    assert [image.size for image in (*flipped.images, *blurred.images)] == [size] * 4
    whole, centre = (np.asarray(image).astype(int) for image in flipped.images)
    assert np.abs(whole - 127).max() <= 1
    assert (centre == photo[150:170, 225:255]).all() or (centre == photo[150:170, 225:255][:, ::-1]).all()
    whole, centre = (np.asarray(image).astype(int) for image in blurred.images)
    assert np.abs(whole - 127).max() <= 20 and 110 <= centre.min() < 120 < 135 < centre.max() <= 145


def test_outputs_are_reduced_before_the_next_is_made(photos: list[Any]) -> None:
    """However many tiles the sheet has, one output is held at full size."""
    alive: list[weakref.ref[Any]] = []

    def watched() -> Iterator[sheet.Example]:
        for _ in range(3):
            assert not any(one() is not None for one in alive)
            pixels = photos[0].copy()
            alive.append(weakref.ref(pixels))
            yield sheet.Example("flip", "", pixels)
            del pixels

    assert len(sheet.reduced(watched(), (60, 45), at_100_percent=True)) == 3


def test_a_photograph_narrower_than_the_tile_is_not_enlarged(photos: list[Any]) -> None:
    assert sheet.size_of_tiles(photos[0], 240) == (120, photos[0].shape[0])


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


@pytest.mark.parametrize(("width", "in_a_tile"), [(60, 2), (600, 1)])
def test_a_crop_at_100_percent_stands_beside_what_is_shrunk(
    width: int, in_a_tile: int, augcli: Callable[..., subprocess.CompletedProcess[str]], samples: Path, tmp_path: Path
) -> None:
    photo, made = samples / "images/animal/cat.jpg", tmp_path / "sheet.png"
    done = augcli("ops", "sheet", photo, "-o", made, "--only", "invert", "--columns", "1", "--width", str(width))
    assert done.returncode == 0, done.stderr
    with Image.open(made) as image:
        assert image.width == min(width, 451) * in_a_tile + 8


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["cat.jpg", "-o", "s.png", "--only", "rotat"], 2, "did you mean 'rotate'"),
        (["cat.jpg", "-o", "s.png", "--only", "gain"], 2, "'gain' is not an image operation"),
        (["gone.jpg", "-o", "s.png"], 2, "cannot read gone.jpg"),
        (["note.txt", "-o", "s.png"], 2, "note.txt: not in a known image format"),
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
