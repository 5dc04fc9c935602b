"""What would become too large costs its unit one record, before memory is taken for it; the rest of the run goes on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image


@pytest.fixture
def strip(tmp_path: Path) -> Path:
    """A folder with a strip of 5000×1 pixels and an ordinary image."""
    folder = tmp_path / "in"
    folder.mkdir()
    Image.fromarray(np.zeros((1, 5000, 3), np.uint8)).save(folder / "a_strip.png")
    Image.fromarray(np.zeros((30, 40, 3), np.uint8)).save(folder / "b.png")
    return folder


def records(output: Path) -> dict[str, dict]:
    lines = (output / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return {record["source"]: record for record in map(json.loads, lines)}


@pytest.mark.parametrize("name", ["source", "jpeg", "webp", "avif", "png"])
def test_a_side_that_the_format_does_not_hold_costs_one_record(
    name: str, strip: Path, tmp_path: Path, augcli, pipeline_file
) -> None:
    path = pipeline_file(f"image: [shortest_side]\noutput: {{image: {{format: {name}}}}}")
    done = augcli("run", path, strip, "-o", tmp_path / "out", "--progress", "none")
    assert done.returncode == 1, done.stderr
    found = records(tmp_path / "out")
    assert found["a_strip.png"]["error"]["code"] == "encode.too_large"
    assert found["b.png"].get("output")
    again = augcli("run", path, strip, "-o", tmp_path / "out", "--progress", "none")
    assert again.returncode == 1


def codes(output: Path) -> dict[str, str]:
    return {source: record.get("error", {}).get("code", "") for source, record in records(output).items()}


@pytest.mark.parametrize("backend", ["cpu", "torch"])
@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ("[shortest_side: {length_px: 250}]", "output.too_large"),  # 1,250,000×250 of the strip
        ("[shortest_side: {length_px: 150}, brightness, crop: {size: 20}]", "output.too_large"),
        ("[shortest_side: {length_px: 150, barrier: true}, crop: {size: 20}]", "output.too_large"),
        ("[shortest_side: {length_px: 150}, crop: {size: 20}]", ""),  # fused: the large image is never made
        ("[flip]", ""),
    ],
)
def test_pixels_of_outputs_are_limited(steps: str, code: str, backend: str, strip: Path, tmp_path: Path, make) -> None:
    """TIFF has no limit of its own."""
    text = f"image: {steps}\noutput: {{image: {{format: tiff}}}}\nlimits: {{max_output_pixels: 100000}}"
    make(text, strip, tmp_path / "out", backend=backend)
    assert codes(tmp_path / "out")["a_strip.png"] == code


def test_what_was_let_in_may_come_out_in_the_same_size(tmp_path: Path, make) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    Image.fromarray(np.zeros((100, 100, 3), np.uint8)).save(folder / "a.png")
    make("image: [flip, rotate]\nlimits: {max_output_pixels: 50}", folder, tmp_path / "out")
    assert codes(tmp_path / "out") == {"a.png": ""}


@pytest.mark.parametrize(("kind", "count"), [("GIF", 12), ("TIFF", 12), ("TIFF", 1)])
def test_all_frames_together_are_limited(kind: str, count: int, tmp_path: Path, make) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    frames = [Image.fromarray(np.full((20, 20, 3), 10 * number, np.uint8)) for number in range(count)]
    frames[0].save(folder / f"a.{kind.lower()}", save_all=True, append_images=frames[1:])
    text = "image: [resize: {size: 100}]\ninput: {image: {frames: all}}\nlimits: {max_output_pixels: 119999}"
    make(text, folder, tmp_path / "out")
    assert codes(tmp_path / "out") == {f"a.{kind.lower()}": "output.too_large" if count > 1 else ""}


@pytest.mark.parametrize("step", ["speed: {rate: {value: 0.25}}", "time_stretch: {rate: {value: 0.5}}"])
def test_samples_of_outputs_are_limited(step: str, tmp_path: Path, make) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    soundfile.write(folder / "a.wav", np.full((8000, 2), 0.1, np.float32), 8000)
    make(f"audio: [{step}]\nlimits: {{max_samples: 31000}}", folder, tmp_path / "out")
    assert codes(tmp_path / "out") == {"a.wav": "output.too_large"}


def test_characters_of_outputs_are_limited(tmp_path: Path, make) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("the good big house is here and was there " * 20)
    repeated = "repeat: {times: 100, steps: [random_insert: {rate: {value: 1}}]}"
    make(f"text: [{repeated}]\nlimits: {{max_characters: 2000}}", folder, tmp_path / "out")
    assert codes(tmp_path / "out") == {"a.txt": "output.too_large"}


def test_a_sound_that_its_container_does_not_hold() -> None:
    from augcli.core.pipeline.settings import AudioOutput
    from augcli.core.values.facts import AudioFacts
    from augcli.core.values.outcome import SampleError
    from augcli.formats.audio.codec import AudioHeader, check_length

    for subtype, frames in (("PCM_16", 1 << 31), ("DOUBLE", 1 << 29), ("PCM_U8", 1 << 32)):
        header = AudioHeader("wav", subtype, AudioFacts(frames, 48_000), "FILE", "WAV")
        with pytest.raises(SampleError, match="holds at most 4 GiB") as caught:
            check_length(header.facts, header, AudioOutput())
        assert caught.value.code == "encode.too_large"
        check_length(header.facts._replace(frames=frames // 2), header, AudioOutput())
        check_length(header.facts, header, AudioOutput(format="flac"))
