"""Memory does not grow with the dataset: everything streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

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
    """Folders from which 200 and 1,000 copies are made: hard links of a few small pictures."""
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
