"""What would become too large costs its unit one record, before memory is taken for it; the rest of the run goes on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
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
