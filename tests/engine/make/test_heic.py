"""HEIC through a whole run: written as JPEG beside a JPEG of the same name, replayed; an unreadable file costs one record."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from augcli import ops
from augcli.engine.after.replay import replay

pytest.importorskip("pi_heif")

FILES = Path(__file__).parents[2] / "formats" / "heic"


@pytest.mark.parametrize("backend", ["cpu", "torch"])
def test_images_of_phones_are_augmented(make, samples, tmp_path, backend: str) -> None:
    data, output = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    for name in ("turned", "grey", "alpha", "deep"):
        shutil.copy(FILES / f"{name}.heic", data / f"{name}.HEIC")
    shutil.copy(samples / "images/animal/cat.jpg", data / "turned.jpg")
    summary = make("image: [rotate: {angle_deg: 10}]", data, output, backend=backend, max_errors="100%")
    assert summary.failed == {"image.unsupported_mode": 1, "encode.alpha": 1} and summary.complete
    told = {record["source"]: record for record in map(json.loads, (output / "manifest.jsonl").read_text().splitlines())}
    assert told["turned.jpg"]["output"] == "turned__aug0.jpg"
    assert told["turned.HEIC"]["notes"] == {"format": "heic to jpeg"}
    with Image.open(output / told["turned.HEIC"]["output"]) as found:
        assert (found.format, found.size, found.getexif()[0x010F], found.getexif()[0x0112]) == ("JPEG", (48, 64), "Maker", 1)
    with Image.open(output / "grey__aug0.jpg") as found:
        assert (found.format, found.mode) == ("JPEG", "L")
    ops.load()
    assert {result.verdict for result in replay(str(output))} == {"same"}
