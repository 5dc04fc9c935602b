"""Runs on animations and multi-page TIFFs: the same draws for every frame, on both backends; replay, resume, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from augcli import ops
from augcli.core.pipeline.settings import ImageOutput, Limits
from augcli.core.values.outcome import UserError
from augcli.engine.after.replay import replay
from augcli.formats.image import codec, frames
from augcli.formats.image.header import header
from augcli.formats.image.table import BY_NAME

STEPS = "flip: {p: 0.5}, rotate: {angle_deg: [-20, 20]}, color_jitter, gaussian_noise: {std: 0.02}"
ALL = "input: {image: {frames: all}}\n"
PIPELINE = f"seed: 3\ncopies: 2\nimage: [{STEPS}]\n{ALL}"


@pytest.fixture
def folder(tmp_path: Path, samples: Path) -> Path:
    """Two equal frames and one other in each animation, pages of two sizes and kinds, and a lone image."""
    root = tmp_path / "data"
    root.mkdir()
    still = Image.open(samples / "images/animal/cat.jpg").resize((64, 48))
    made = [still, still.transpose(Image.Transpose.ROTATE_180), still]
    for name in ("a.gif", "b.webp", "c.png"):
        more = {"lossless": True} if name == "b.webp" else {}
        made[0].save(root / name, save_all=True, append_images=made[1:], duration=[30, 80, 50], loop=0, **more)
    still.save(root / "d.tif", save_all=True, append_images=[still.resize((40, 30)), still.convert("L"), still])
    still.save(root / "e.jpg")
    return root


def images(path: Path) -> list[np.ndarray]:
    data = path.read_bytes()
    header = frames.all_of(data, codec.probe(data, Limits()), Limits())
    return [codec.decode(data, header), *(pixels for _, pixels in frames.others(data, header))]


def records(output: Path) -> dict[str, dict]:
    return {record["id"]: record for record in map(json.loads, (output / "manifest.jsonl").read_text().splitlines())}


@pytest.mark.parametrize("backend", ["cpu", "torch"])
def test_every_frame_gets_the_same_draws(make, folder, tmp_path, backend: str) -> None:
    output = tmp_path / "out"
    summary = make(PIPELINE, folder, output, backend=backend)
    assert summary.made["image"] == 10 and summary.complete
    for copy in (0, 1):
        for name in ("a__aug{}.gif", "b__aug{}.webp", "c__aug{}.png"):
            first, second, third = images(output / name.format(copy))
            assert np.array_equal(first, third)
            assert not np.array_equal(first, second)
        pages = images(output / f"d__aug{copy}.tif")
        assert [page.shape for page in pages] == [(48, 64, 3), (30, 40, 3), (48, 64, 1), (48, 64, 3)]
        assert np.array_equal(pages[0], pages[3])
        # Smaller and grey, and moved the same way: the same image but for its own noise.
        small = np.asarray(Image.fromarray(pages[0]).convert("L").resize((40, 30)), float)
        assert np.corrcoef(small.ravel(), np.asarray(Image.fromarray(pages[1]).convert("L"), float).ravel())[0, 1] > 0.9
        assert np.corrcoef(np.asarray(Image.fromarray(pages[0]).convert("L")).ravel(), pages[2].ravel())[0, 1] > 0.9
    with Image.open(output / "a__aug0.gif") as found:
        assert [frame.info["duration"] for frame in ImageSequence.Iterator(found)] == [30, 80, 50]
    ops.load()
    assert {result.verdict for result in replay(str(output))} == {"same"}


def test_frames_are_made_as_lone_images_are(make, folder, tmp_path) -> None:
    """The first frame is the image that `frames: first` makes; a file with one frame does not change at all."""
    make(PIPELINE.replace(ALL, ""), folder, tmp_path / "first")
    make(PIPELINE, folder, tmp_path / "all")
    for one, other in (("c__aug0.png", "c__aug0.png"), ("b__aug1.webp", "b__aug1.webp"), ("d__aug0.tif", "d__aug0.tif")):
        assert np.array_equal(images(tmp_path / "first" / one)[0], images(tmp_path / "all" / other)[0])
    assert (tmp_path / "first/e__aug0.jpg").read_bytes() == (tmp_path / "all/e__aug0.jpg").read_bytes()
    told = records(tmp_path / "first")["a.gif@0"]
    assert told["output"] == "a__aug0.png"
    assert told["notes"] == {"converted": "P to RGB", "format": "gif to png", "frames": "first of 3"}
    told = records(tmp_path / "all")
    assert told["a.gif@0"]["notes"] == {"palette": "the nearest of 256 colours a frame"}
    assert [told[f"{name}@0"].get("frames") for name in ("a.gif", "d.tif", "e.jpg")] == [3, 4, None]


def test_the_option_is_part_of_the_fingerprint(make, folder, tmp_path) -> None:
    for name in ("a.gif", "d.tif", "e.jpg"):
        (folder / name).unlink()
    make(PIPELINE.replace(ALL, ""), folder, tmp_path / "out")
    with pytest.raises(UserError, match="4 existing outputs are outdated"):
        make(PIPELINE, folder, tmp_path / "out")
    assert make(PIPELINE, folder, tmp_path / "out", redo=True).made["image"] == 4
    assert len(images(tmp_path / "out/c__aug0.png")) == 3
    assert not make(PIPELINE, folder, tmp_path / "out").made


def test_what_cannot_be_written_costs_a_record(make, folder, tmp_path) -> None:
    summary = make(PIPELINE + "output: {image: {format: jpeg}}\n", folder, tmp_path / "out", max_errors="100%")
    assert summary.failed == {"encode.frames": 8} and summary.made["image"] == 2


def test_limits_on_frames_cost_a_record(make, folder, tmp_path) -> None:
    summary = make(PIPELINE + "limits: {max_frames: 3}\n", folder, tmp_path / "out", max_errors="100%")
    assert summary.failed == {"image.too_many_frames": 2}
    summary = make(PIPELINE + "limits: {max_total_pixels: 9000}\n", folder, tmp_path / "less", max_errors="100%")
    assert summary.failed == {"image.too_large": 8} and summary.made["image"] == 2


@pytest.mark.parametrize("backend", ["cpu", "torch"])
def test_partners_are_first_frames(make, tmp_path, backend: str) -> None:
    """Blended one to one with a partner of two frames, both frames get the partner's first: grey 100, not its second, 200."""
    root = tmp_path / "data"
    root.mkdir()

    def grey(level: int) -> Image.Image:
        return Image.new("RGB", (16, 16), (level, level, level))

    grey(0).save(root / "a.png", save_all=True, append_images=[grey(40)], duration=50)
    grey(100).save(root / "b.png", save_all=True, append_images=[grey(200)], duration=50)
    make(f"image: [mixup: {{share: 0.5}}]\n{ALL}", root, tmp_path / "out", backend=backend)
    assert [int(frame.mean()) for frame in images(tmp_path / "out/a__aug0.png")] == [50, 70]
    assert [int(frame.mean()) for frame in images(tmp_path / "out/b__aug0.png")] == [50, 100]


def test_what_is_clear_in_one_frame_does_not_show_the_frame_before(make, tmp_path) -> None:
    root = tmp_path / "data"
    root.mkdir()
    hole = np.full((10, 20, 4), 255, np.uint8)
    hole[:, :10, 3] = 0
    said = header("gif", (20, 10), "P")._replace(frames=2, durations_ms=(50, 50))
    (root / "a.gif").write_bytes(frames.animate([np.ones((10, 20, 3), np.uint8), hole], said, ImageOutput(), BY_NAME["gif"]).data)
    make(f"image: [flip: {{p: 1}}]\n{ALL}", root, tmp_path / "out")
    for path, clear in ((root / "a.gif", [255, 255, 0, 255]), (tmp_path / "out/a__aug0.gif", [255, 255, 255, 0])):
        with Image.open(path) as found:
            shown = [np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(found)]
        assert [int(pixels[5, column, 3]) for pixels in shown for column in (2, 17)] == clear
