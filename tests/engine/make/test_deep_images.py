"""Runs over 16-bit and float images mixed with 8-bit ones: the outputs, and that they can be regenerated."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data
import tifffile

from augcli.core.values.facts import ImageFacts
from augcli.engine.after.replay import replay
from augcli.engine.after.tracing import facts_text
from augcli.engine.after.verify import verify
from augcli.engine.modality.table import MODALITIES
from augcli.kernels.shared.depth import in_sixteen_bits

PIPELINE = """
seed: 7
copies: 2
image:
  - rotate: {angle_deg: [-15, 15], p: 0.7}
  - crop: {area: [0.6, 1.0], size: 64}
  - color_jitter: {p: 0.8}
  - gamma: {}
  - one_of: [{gaussian_blur: {}}, {gaussian_noise: {}}, {jpeg_compression: {}}, {equalize: {}}]
  - mixup: {p: 0.7}
"""
DTYPES = {"grey.png": np.uint16, "colour.png": np.uint16, "colour.tif": np.uint16, "float.tif": np.float32, "eight.png": np.uint8}


@pytest.fixture(scope="module")
def images(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("deep")
    colour = cv2.GaussianBlur(skimage.data.astronaut()[:200, 100:280].astype(np.float32), (0, 0), 1) * 257
    deep = colour.astype(np.uint16)
    cv2.imwrite(str(folder / "grey.png"), deep[:, :, 1])
    cv2.imwrite(str(folder / "colour.png"), deep)
    cv2.imwrite(str(folder / "eight.png"), skimage.data.astronaut()[:200, 100:280])
    tifffile.imwrite(folder / "colour.tif", deep, photometric="rgb")
    tifffile.imwrite(folder / "float.tif", colour[:, :, 0] / 100 - 40)
    return folder


@pytest.mark.parametrize("backend", ["cpu", "torch"])
def test_depths_side_by_side(make, images, tmp_path, backend):
    summary = make(PIPELINE, images, tmp_path / "out", backend=backend)
    assert (summary.complete, summary.failed) == (True, {})
    assert (verify(str(tmp_path / "out")).differences, verify(str(tmp_path / "out")).complete) == ([], True)
    assert [made.verdict for made in replay(str(tmp_path / "out"))] == ["same"] * 10
    for record in map(json.loads, (tmp_path / "out/manifest.jsonl").open()):
        pixels = cv2.imread(str(tmp_path / "out" / record["output"]), cv2.IMREAD_UNCHANGED)
        assert pixels.dtype == DTYPES[record["source"]], record["id"]
        assert pixels.shape[:2] == (64, 64)
        assert len(np.unique(pixels)) > (1000 if pixels.dtype != np.uint8 else 50) or "jpeg_compression" in str(record)
        assert ("float" in record.get("notes", {})) == (record["source"] == "float.tif")


def test_8_bits_are_written_where_asked_for_and_noted(make, images, tmp_path):
    make(PIPELINE + "output: {image: {format: jpeg}}\n", images, tmp_path / "out")
    for record in map(json.loads, (tmp_path / "out/manifest.jsonl").open()):
        noted = record.get("notes", {}).get("converted", "")
        assert noted.partition(" to ")[0] == {
            "grey.png": "L;16", "float.tif": "L;float32", "eight.png": "", "colour.png": "RGB;16", "colour.tif": "RGB;16",
        }[record["source"]]  # fmt: skip


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_partners_are_brought_to_the_depth_of_the_sample(channels):
    def onto(partner, sample):
        return MODALITIES["image"].as_partner(partner, sample, False)

    for own in (1, 3, 4):
        narrow = np.random.default_rng(5).integers(0, 256, (9, 8, own), dtype=np.uint8)
        sample = np.zeros((3, 3, channels), np.uint8)
        eight, sixteen = onto(narrow, sample), onto(narrow, in_sixteen_bits(sample))
        assert (eight.dtype, sixteen.dtype, eight.shape) == (np.uint8, np.uint16, sixteen.shape)
        assert np.array_equal(onto(in_sixteen_bits(narrow), sample), eight)
        assert np.abs(sixteen / 257 - eight).max() <= 1


def test_the_depth_is_told():
    assert facts_text(ImageFacts(4, 3, 1, 16)) == "4×3 in 16 bits"
    assert facts_text(ImageFacts(4, 3)) == "4×3"
