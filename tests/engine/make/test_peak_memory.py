"""Memory does not grow with the dataset, since everything streams; nor with image size, if a reduced decoding is enough."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
import simplejpeg

PIPELINE = "seed: 7\ncopies: 5\nimage: [flip: {p: 0.5}, rotate: {angle_deg: [-9, 9]}, crop: {size: 64}, mixup: {p: 0.3}]\n"


# A child's peak begins with the size of the process that started it, and ours may be large: a small one stands between.
STARTER = """
import os, resource, subprocess, sys
code = subprocess.run([sys.executable, "-m", "augcli", *sys.argv[1:]], stdout=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


def peak_mb(arguments: list[str]) -> float:
    """The most memory that a run has held at a time."""
    done = subprocess.run([sys.executable, "-c", STARTER, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return int(done.stdout) / 1024


@pytest.fixture(scope="module")
def trees(tmp_path_factory, samples) -> dict[int, Path]:
    """Folders from which 200 and 1,000 copies are made: hard links of a few small images."""
    root = tmp_path_factory.mktemp("trees")
    (root / "few").mkdir()
    few = []
    for path in sorted((samples / "images").glob("*/*.jpg")):
        few.append(root / "few" / path.name)
        cv2.imwrite(str(few[-1]), cv2.resize(cv2.imread(str(path)), (160, 120), interpolation=cv2.INTER_AREA))
    found = {}
    for copies in (200, 1000):
        found[copies] = root / str(copies)
        for number in range(copies // 5):
            folder = found[copies] / f"class{number % 3}"
            folder.mkdir(parents=True, exist_ok=True)
            os.link(few[number % len(few)], folder / f"{number:05d}.jpg")
    return found


@pytest.mark.slow
def test_the_peak_does_not_grow_with_the_number_of_files(trees, pipeline_file, tmp_path):
    pipeline = pipeline_file(PIPELINE)
    peaks = {}
    for copies, folder in trees.items():
        arguments = ["run", pipeline, str(folder), "-o", str(tmp_path / str(copies)), "--device", "cpu", "--workers", "2"]
        peaks[copies] = peak_mb(arguments)
        assert len((tmp_path / str(copies) / "SHA256SUMS").read_text().splitlines()) == copies + 1
    assert max(peaks.values()) < 1.1 * min(peaks.values()), peaks
    assert max(peaks.values()) < 250, peaks


@pytest.mark.slow
def test_a_large_table_does_not_hold_its_copies_in_memory(pipeline_file, tmp_path):
    """The table itself is held, once; its rows' copies, records and the document are not."""
    (tmp_path / "data").mkdir()
    words = "one two three four five six seven eight nine ten"
    (tmp_path / "data" / "t.csv").write_text("id,text\n" + "".join(f"{number},{words} {number}\n" for number in range(1000)))
    pipeline = pipeline_file("text: [random_delete: {rate: 0.3}]")
    peaks = [
        peak_mb(["run", pipeline, str(tmp_path / "data"), "-o", str(tmp_path / f"out{copies}"), "--copies", str(copies)])
        for copies in (1, 8)
    ]
    assert peaks[1] < 1.15 * peaks[0], peaks


@pytest.fixture(scope="module")
def baseline_mb(tmp_path_factory, samples) -> float:
    """The peak of a run that makes one thumbnail of one small image."""
    return run_on(samples / "images/animal/cat.jpg", tmp_path_factory.mktemp("baseline"), "resize: {size: 64}")


def run_on(image: Path, folder: Path, step: str, *more: str) -> float:
    (folder / "p.yaml").write_text(f"image: [{step}]\n")
    arguments = ["run", str(folder / "p.yaml"), str(image), "-o", str(folder / "out"), "--device", "cpu", "--workers", "1"]
    return peak_mb([*arguments, *more])


def test_a_bomb_is_refused_before_it_takes_memory(baseline_mb, tmp_path) -> None:
    """1.6 gigapixels in 195 kB, all of it valid: as grey it would take 1.6 GB."""
    side = 40_000

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(side // 8 + 1)) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    assert len(data) < 200_000
    (tmp_path / "bomb.png").write_bytes(data)
    peak = run_on(tmp_path / "bomb.png", tmp_path, "flip", "--max-errors", "1")
    (record,) = map(json.loads, (tmp_path / "out/manifest.jsonl").read_text().splitlines())
    assert (record["status"], record["error"]) == ("failed", {"code": "image.too_large", "stage": "decode"})
    assert peak < baseline_mb + 20, (peak, baseline_mb)


def test_a_large_jpeg_is_never_whole_in_memory_where_a_fraction_serves(baseline_mb, tmp_path) -> None:
    """36 megapixels are 103 MiB as RGB. A thumbnail of them is made from an eighth; a mirrored one needs them all."""
    image = np.full((6000, 6000, 3), (90, 140, 60), np.uint8)
    (tmp_path / "large.jpg").write_bytes(simplejpeg.encode_jpeg(image, quality=80))
    (tmp_path / "small").mkdir()
    (tmp_path / "whole").mkdir()
    small = run_on(tmp_path / "large.jpg", tmp_path / "small", "resize: {size: 224}")
    whole = run_on(tmp_path / "large.jpg", tmp_path / "whole", "flip: {p: 1}")
    assert small < baseline_mb + 20, (small, baseline_mb)
    assert whole > baseline_mb + 100, (whole, baseline_mb)
    thumbnail = cv2.imread(str(tmp_path / "small/out/large__aug0.jpg"))
    assert thumbnail.shape == (224, 224, 3)
    assert np.abs(thumbnail.astype(int) - (60, 140, 90)).max() <= 3
