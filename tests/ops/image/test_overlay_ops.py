"""overlay_image and overlay_text: size, place and pixels of overlays, and the messages about unsuitable files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage.data
from PIL import Image, ImageDraw, ImageFont
from through_steps import facts_of

from augcli.core.ops.op import Op, State
from augcli.core.values.outcome import ConfigError, SampleError
from augcli.core.values.resources import Images, Writing
from augcli.engine.after.replay import replay
from augcli.engine.make.layers import with_shown
from augcli.engine.modality.table import MODALITIES
from augcli.engine.resources.images import ImageFiles, find_images
from augcli.engine.resources.opened import Resources, trouble_with
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image.execute import execute
from augcli.ops.image.cover.overlay_image import OverlayImage
from augcli.ops.image.cover.overlay_text import OverlayText

PHOTO = np.ascontiguousarray(skimage.data.astronaut()[:200, :300])
GREY = PHOTO[:, :, :1].copy()
DRAW = {"which": 0.0, "size": 0.5, "x": 0.0, "y": 0.0, "angle_deg": 0, "opacity": 1, "key": 7, "characters": 5}


def laid(pixels: np.ndarray, op: Op, **draw: Any) -> np.ndarray:
    """Both backends agree; what the program hides is all that changes."""
    opener, as_partner = Resources(frozenset()).get, MODALITIES["image"].as_partner
    drawn = {name: value for name, value in {**DRAW, **draw}.items() if name in (*op.spans, *op.keys)}
    program = tuple(op.lower(op.draw_type(**drawn), State(facts_of(pixels), opener=opener)))
    program, shown = with_shown(program, 0, lambda one, alpha: as_partner(opener(one.request).pixels(*one.which), pixels, alpha))
    result = pixels
    for primitive in program:
        result = cpu_image.apply(result, primitive, shown)
        for left, top, right, bottom in primitive.hides:
            outside = np.ones(pixels.shape[:2], bool)
            outside[max(0, top) : bottom, max(0, left) : right] = False
            assert np.array_equal(result[outside], pixels[outside])
    other = execute([pixels, *shown], [BatchRow(0, program, tuple(range(1, len(shown) + 1)))])[0]
    assert np.abs(result.astype(int) - other).max() <= 1
    return result


@pytest.fixture
def stickers(tmp_path: Path) -> Path:
    """A flat green one of 60×40, a disc with a soft edge deeper down, and a file that is none."""
    folder = tmp_path / "stickers"
    (folder / "b").mkdir(parents=True)
    Image.new("RGB", (60, 40), (0, 200, 0)).save(folder / "a.png")
    disc = Image.new("RGBA", (160, 160), (200, 30, 60, 0))
    ImageDraw.Draw(disc).ellipse((4, 4, 156, 156), fill=(200, 30, 60, 255))
    disc.resize((80, 80), Image.Resampling.BOX).save(folder / "b" / "disc.png")
    (folder / "notes.txt").write_text("not an image")
    return folder


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (1.0, 0.5), (0.3, 1.0)])
def test_size_and_place_are_exact(stickers: Path, x: float, y: float) -> None:
    black = np.zeros((200, 300, 3), np.uint8)
    result = laid(black, OverlayImage(source=str(stickers)), size=0.5, x=x, y=y)  # fits at 300×200
    rows, columns = np.nonzero(result[:, :, 1])
    assert (columns.min(), columns.max() + 1) == (round(x * 150), round(x * 150) + 150)
    assert (rows.min(), rows.max() + 1) == (round(y * 100), round(y * 100) + 100)
    assert (result[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] == (0, 200, 0)).all()


@pytest.mark.parametrize(("position", "left", "top"), [("top_left", 10, 10), ("bottom_right", 230, 150), ("center", 120, 80)])
def test_named_places_keep_their_margin(stickers: Path, position: str, left: int, top: int) -> None:
    black = np.zeros((200, 300, 3), np.uint8)
    op = OverlayImage(source=str(stickers), position=position, margin=0.05)
    result = laid(black, op, size=0.2, x=0.9, y=0.1)
    rows, columns = np.nonzero(result[:, :, 1])
    assert (columns.min(), rows.min()) == (left, top)
    assert (columns.max() + 1 - left, rows.max() + 1 - top) == (60, 40)


@pytest.mark.parametrize("opacity", [1.0, 0.35])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_as_pillow_composites_it(stickers: Path, opacity: float, channels: int) -> None:
    base = {1: GREY, 3: PHOTO, 4: np.dstack([PHOTO, np.arange(300)[None].repeat(200, 0) % 256]).astype(np.uint8)}[channels]
    result = laid(base, OverlayImage(source=str(stickers)), which=1.0, size=0.4, x=0.5, y=0.5, opacity=opacity)
    disc = Image.open(stickers / "b" / "disc.png")
    if channels == 1:
        disc = Image.merge("LA", (disc.convert("L"), disc.getchannel("A"))).convert("RGBA")
    disc.putalpha(disc.getchannel("A").point(lambda level: round(level * opacity)))
    canvas = Image.fromarray(base if channels > 1 else base[:, :, 0]).convert("RGBA")
    canvas.alpha_composite(disc, (110, 60))
    expected = np.asarray(canvas)[:, :, :channels]
    assert np.abs(result.astype(int) - expected).max() <= 1


def test_images_of_16_bits_take_stickers_of_8(stickers: Path) -> None:
    op, opener, deep = OverlayImage(source=str(stickers)), Resources(frozenset()).get, PHOTO * np.uint16(257)
    drawn = {**{name: DRAW[name] for name in op.spans}, "which": 1.0, "angle_deg": 20.0}
    (said,) = op.lower(op.draw_type(**drawn), State(facts_of(PHOTO), opener=opener))
    results = []
    for base in (PHOTO, deep):
        (bound,), shown = with_shown(
            (said,), 0, lambda one, alpha, base=base: MODALITIES["image"].as_partner(opener(one.request).pixels(1), base, alpha)
        )
        results.append(cpu_image.apply(base, bound, shown))
    assert results[1].dtype == np.uint16
    assert np.abs(results[1] / 257 - results[0]).max() <= 1.5
    assert not np.array_equal(results[1], deep)


def test_opacity_0_changes_nothing(stickers: Path) -> None:
    assert np.array_equal(laid(PHOTO, OverlayImage(source=str(stickers)), opacity=0), PHOTO)
    assert np.array_equal(laid(PHOTO, OverlayText(), opacity=0), PHOTO)


def test_a_turned_sticker_keeps_its_area_and_colour(stickers: Path) -> None:
    black = np.zeros((200, 300, 3), np.uint8)
    result = laid(black, OverlayImage(source=str(stickers)), size=0.3, x=0.5, y=0.5, angle_deg=33)
    assert result[:, :, 1].sum() / 200 == pytest.approx(90 * 60, rel=0.01)
    assert (result[100, 150] == (0, 200, 0)).all()
    assert not result[:, :, (0, 2)].any()


# Runs

NAMES, TEXTS = ("a.png", "b/disc.png"), ("one", "two")


@pytest.mark.parametrize("backend", ["cpu", "torch"])
def test_a_folder_of_stickers_through_a_run_and_again(
    make: Callable[..., Any], samples: Path, stickers: Path, tmp_path: Path, backend: str
) -> None:
    text = f"""
copies: 4
image:
  - rotate
  - overlay_image: {{source: '{stickers}', p: 0.7}}
  - overlay_text: {{text: [one, two], p: 0.7}}
  - flip: {{p: 0.5}}
  - hue
output: {{image: {{format: png}}}}
"""
    summary = make(text, samples / "images" / "animal", tmp_path / "out", backend=backend)
    assert (summary.exit_code, dict(summary.failed)) == (0, {})
    lines = [json.loads(line) for line in (tmp_path / "out" / "manifest.jsonl").read_text().splitlines()]
    fired = [step["op"] for line in lines for step in line["steps"]]
    assert 0 < fired.count("image.overlay_image") < len(lines)
    assert all("soft_label" not in line for line in lines)
    laid = {"image.overlay_image": NAMES, "image.overlay_text": TEXTS}
    for line in lines:
        names = [name for step in line["steps"] for name in laid.get(step["op"], ())]
        assert set(line.get("shown", ())) <= set(names) and ("shown" in line) == bool(names)
    assert {result.verdict for result in replay(str(tmp_path / "out"))} == {"same"}
    # Another sticker under the same name makes what was made with the old one stale.
    Image.new("RGB", (60, 40), (9, 9, 9)).save(stickers / "a.png")
    assert find_images("overlay", str(stickers))[0] != find_images("overlay", str(stickers / "b"))[0]
    with pytest.raises(Exception, match="--redo"):
        make(text, samples / "images" / "animal", tmp_path / "out", backend=backend)


def test_missing_and_empty_folders_are_errors_before_the_run(make: Callable[..., Any], samples: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    for source, trouble in (("nowhere", "does not exist"), ("none", "does not exist or is empty")):
        assert trouble in trouble_with(Images("images", str(tmp_path / source)))
        with pytest.raises(ConfigError, match=f"the overlay .*{source}"):
            make(f"image: [overlay_image: {{source: '{tmp_path / source}'}}]", samples / "images", tmp_path / "out")


def test_a_broken_sticker_fails_the_outputs_that_show_it_and_is_named(
    make: Callable[..., Any], samples: Path, stickers: Path, tmp_path: Path
) -> None:
    (stickers / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    files = ImageFiles(str(stickers), find_images("overlay", str(stickers))[1])
    for look in (files.size, files.pixels):
        with pytest.raises(SampleError, match=r"overlay .*a\.png"):
            look(0)
    summary = make(
        f"copies: 5\nimage: [overlay_image: {{source: '{stickers}'}}]", samples / "images" / "animal", tmp_path / "out"
    )
    assert all(code.startswith("overlay.") for code in summary.failed)
    assert 0 < sum(summary.failed.values()) < summary.planned


# Texts


def test_letters_are_pillows(tmp_path: Path) -> None:
    black = np.zeros((200, 300, 3), np.uint8)
    op = OverlayText(text="Sample 7", colour=(255, 128, 0), position="center")
    result = laid(black, op, size=0.2)
    font = ImageFont.load_default(40)
    left, top, right, bottom = font.getbbox("Sample 7")
    expected = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(expected).text((-left, -top), "Sample 7", fill=255, font=font)
    x, y = round((300 - expected.width) / 2), round((200 - expected.height) / 2)
    found = result[y : y + expected.height, x : x + expected.width]
    assert np.array_equal(found[:, :, 0], np.asarray(expected))
    assert np.array_equal(found[:, :, 1], np.rint(np.asarray(expected) / 255.0 * 128).astype(np.uint8))
    assert not result[:, :, 2].any() and result[:, :, 0].sum() == np.asarray(expected).sum()


def test_what_is_too_wide_is_written_smaller_and_lines_may_be_several() -> None:
    black = np.zeros((100, 80, 3), np.uint8)
    wide = laid(black, OverlayText(text="much wider than the image", colour=255, position="center"), size=0.5)
    columns = np.nonzero(wide.any((0, 2)))[0]
    assert 0.8 * 80 < columns.max() - columns.min() + 1 <= 80
    two = laid(black, OverlayText(text="a\nb", colour=255, position="center"), size=0.2)
    rows = two.any((1, 2)).astype(int)
    assert (np.diff(rows) == 1).sum() == 2  # two lines with space between


def test_random_letters_and_colours_are_the_keys() -> None:
    one, same, other = (laid(PHOTO, OverlayText(), size=0.3, x=0.5, y=0.5, key=key) for key in (1, 1, 2))
    assert np.array_equal(one, same) and not np.array_equal(one, other)


def test_texts_of_a_file_one_a_line(tmp_path: Path) -> None:
    (tmp_path / "texts.txt").write_text("\ufeffone\n\n  two \r\n", encoding="utf-8")
    op = OverlayText(file=str(tmp_path / "texts.txt"), colour=255, position="center")
    for which, text in ((0.0, "one"), (1.0, "two")):
        alone = laid(PHOTO, OverlayText(text=text, colour=255, position="center"))
        assert np.array_equal(laid(PHOTO, op, which=which), alone)


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("naïve", r"no glyph for 'ï' \(U\+00EF\) in 'naïve'; name a font that has one \(font: PATH\)"),
        ("안녕", "comes with Pillow"),
        ("שלום", "right to left"),
    ],
)
def test_letters_that_cannot_be_drawn_are_errors_before_the_run(
    make: Callable[..., Any], samples: Path, tmp_path: Path, text: str, trouble: str
) -> None:
    with pytest.raises(ConfigError, match=trouble):
        make(f"image: [overlay_text: {{text: '{text}'}}]", samples / "images", tmp_path / "out")


def test_fonts_and_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "a.ttf").write_bytes(b"no font")
    (tmp_path / "latin1.txt").write_bytes(b"caf\xe9")
    (tmp_path / "empty.txt").write_bytes(b"\n \n")
    for request, trouble in (
        (Writing("writing", str(tmp_path / "a.ttf")), "is not a font"),
        (Writing("writing", str(tmp_path / "b.ttf")), "b.ttf' cannot be read: No such file"),
        (Writing("writing", "", (), str(tmp_path / "latin1.txt")), "is not UTF-8"),
        (Writing("writing", "", (), str(tmp_path / "empty.txt")), "is empty"),
        (Writing("writing", "", (), str(tmp_path / "gone.txt")), "cannot be read"),
    ):
        assert trouble in trouble_with(request)
    with pytest.raises(ValueError, match="exclude each other"):
        OverlayText(text="a", file="b")
