"""mixup and cutmix through a whole run: partners, their records, and soft labels that match the pixels."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

COLOURS = {"red": (250, 10, 10), "green": (10, 250, 10), "blue": (10, 10, 250)}


@pytest.fixture(scope="module")
def flat(tmp_path_factory) -> Path:
    """Class folders with flat-coloured PNGs: every pixel tells its class. Sizes differ."""
    root = tmp_path_factory.mktemp("flat")
    for label, colour in COLOURS.items():
        (root / label).mkdir()
        for number, size in enumerate([(40, 30), (31, 47), (64, 64), (5, 90)]):
            Image.new("RGB", size, colour).save(root / label / f"{number}.png")
    return root


def records(output: Path) -> list[dict]:
    return [json.loads(line) for line in (output / "manifest.jsonl").read_text().splitlines()]


def shares(path: Path) -> dict[str, float]:
    """Share of the pixels of each colour; colours must be pure."""
    pixels = np.asarray(Image.open(path)).reshape(-1, 3)
    counts = Counter(map(tuple, pixels.tolist()))
    assert set(counts) <= set(COLOURS.values())
    return {label: counts[colour] / len(pixels) for label, colour in COLOURS.items() if counts[colour]}


@pytest.mark.parametrize("backend", ["cpu", "torch"])
def test_cutmix_labels_are_the_pixels_really_covered(make, flat, tmp_path, backend):
    make(f"copies: {20 if backend == 'cpu' else 5}\nimage: [cutmix]", flat, tmp_path / "out", backend=backend)
    clipped = 0
    for record in records(tmp_path / "out"):
        found = shares(tmp_path / "out" / record["output"])
        if "soft_label" not in record:  # the rectangle fell outside, or had no pixels
            assert found == {record["label"]: 1.0} and "partners" not in record
            continue
        soft = record["soft_label"]
        assert sum(soft.values()) == pytest.approx(1, abs=1e-8)
        assert soft == pytest.approx(found, abs=1e-8)
        draw = record["steps"][0]["draw"]
        clipped += soft.get(record["label"], 0) > draw["share"] + 0.05
    assert clipped > 4  # rectangles reach over the edge, and the label knows


@pytest.mark.parametrize("backend", ["cpu", "torch"])
def test_mosaic_labels_are_the_pixels_really_covered(make, flat, tmp_path, backend):
    text = "copies: 4\nimage: [rotate: {angle_deg: 90}, mosaic: {x: [0, 1]}, cutmix: {p: 0.3}]"
    make(text, flat, tmp_path / "out", backend=backend)
    whole = 0
    for record in records(tmp_path / "out"):
        assert {0, 1, 2} <= {partner["number"] for partner in record["partners"]}
        assert record["soft_label"] == pytest.approx(shares(tmp_path / "out" / record["output"]), abs=1e-8)
        assert sum(record["soft_label"].values()) == pytest.approx(1, abs=1e-8)
        whole += len(record["soft_label"]) == 3
    assert whole > 5


@pytest.mark.parametrize("backend", ["cpu", "torch"])
def test_augmix_before_others_leaves_their_shares_alone(make, flat, tmp_path, backend):
    text = "image: [augmix: {share: 0.9}, crop: {size: 4}, mixup: {share: 0.25, partner: other_class}]"
    assert not make(text, flat, tmp_path / "out", backend=backend).failed
    for record in records(tmp_path / "out"):
        (partner,) = record["partners"]
        assert record["soft_label"] == pytest.approx({record["label"]: 0.25, partner["label"]: 0.75}, abs=1e-8)
    make("image: [augmix]", flat, tmp_path / "alone", backend=backend)
    for record in records(tmp_path / "alone"):
        assert "soft_label" not in record and "partners" not in record


def test_several_blends_are_told_by_their_pixels(make, flat, tmp_path):
    text = "copies: 20\nimage: [cutmix: {partner: other_class}, cutmix: {id: second}, cutmix: {id: third, p: 0.5}]"
    make(text, flat, tmp_path / "out")
    three = 0
    for record in records(tmp_path / "out"):
        soft = record.get("soft_label", {record["label"]: 1.0})
        assert sum(soft.values()) == pytest.approx(1, abs=1e-8)
        assert soft == pytest.approx(shares(tmp_path / "out" / record["output"]), abs=1e-8)
        three += len(soft) == 3
    assert three > 10


def test_mixup_and_cutmix_together(make, flat, tmp_path):
    """The mean colour of the result is that of its soft label."""
    make("copies: 10\nimage: [cutmix, mixup: {share: 0.7}, cutmix: {id: again}]", flat, tmp_path / "out")
    for record in records(tmp_path / "out"):
        pixels = np.asarray(Image.open(tmp_path / "out" / record["output"])).reshape(-1, 3)
        expected = sum(weight * np.array(COLOURS[label]) for label, weight in record["soft_label"].items())
        assert np.abs(pixels.mean(axis=0) - expected).max() < 0.5


def test_mixup_labels_are_the_shares_drawn(make, flat, tmp_path):
    make("copies: 10\nimage: [mixup: {share: [0.1, 0.9], partner: other_class}]", flat, tmp_path / "out")
    for record in records(tmp_path / "out"):
        (partner,) = record["partners"]
        share = record["steps"][0]["draw"]["share"]
        assert record["soft_label"] == pytest.approx({record["label"]: share, partner["label"]: 1 - share}, abs=1e-8)
        pixels = np.asarray(Image.open(tmp_path / "out" / record["output"])).reshape(-1, 3)
        expected = share * np.array(COLOURS[record["label"]]) + (1 - share) * np.array(COLOURS[partner["label"]])
        assert np.abs(pixels - expected).max() <= 0.5 + 1e-6


def test_records_hold_the_partners_with_their_hashes(make, flat, tmp_path):
    make("copies: 3\nimage: [mixup, cutmix]", flat, tmp_path / "out")
    numbers = set()
    for record in records(tmp_path / "out"):
        for partner in record.get("partners", ()):
            numbers.add(partner["number"])
            assert partner["sha256"] == sha256((flat / partner["id"]).read_bytes()).hexdigest()
            assert partner["label"] == partner["id"].split("/")[0]
            assert partner["id"] != record["source"]
    assert numbers == {0, 1}


@pytest.mark.parametrize("option", ["any", "same_class", "other_class"])
def test_from_which_classes_partners_come(make, flat, tmp_path, option):
    make(f"copies: 10\nimage: [mixup: {{partner: {option}}}]", flat, tmp_path / "out")
    same = Counter(record["partners"][0]["label"] == record["label"] for record in records(tmp_path / "out"))
    if option == "any":
        assert same[True] > 10 and same[False] > 40
    else:
        assert same == {option == "same_class": 120}


def test_everyone_is_chosen_sometimes(make, flat, tmp_path):
    make("copies: 40\nimage: [crop: {size: 4}, mixup]", flat, tmp_path / "out")
    chosen = Counter(record["partners"][0]["id"] for record in records(tmp_path / "out"))
    assert len(chosen) == 12


def test_without_a_partner_that_fits_each_copy_says_so(make, tmp_path):
    for label in ("red", "green"):
        (tmp_path / "data" / label).mkdir(parents=True)
        Image.new("RGB", (9, 9), COLOURS[label]).save(tmp_path / "data" / label / "only.png")
    make("image: [mixup: {partner: same_class, share: 0.5}]", tmp_path / "data", tmp_path / "out")
    found = list(records(tmp_path / "out"))
    assert found and all(record["error"]["code"] == "partner.none" for record in found)


def test_without_classes_there_are_no_soft_labels(make, flat, tmp_path):
    make("image: [mixup]", flat / "red", tmp_path / "out")
    assert all("soft_label" not in record and record["partners"] for record in records(tmp_path / "out"))


def test_a_partner_that_cannot_be_decoded_fails_the_unit_and_nothing_else(make, flat, tmp_path, samples):
    import shutil

    shutil.copytree(flat, tmp_path / "data")
    (tmp_path / "data/red/0.png").write_bytes((flat / "red/0.png").read_bytes()[:60])
    (tmp_path / "data/red/1.png").write_bytes(b"")
    text = "copies: 8\nimage: [mixup: {share: 0.5, p: 0.7}]"
    summary = make(text, tmp_path / "data", tmp_path / "out", max_errors="100%")
    made = records(tmp_path / "out")
    codes = Counter(record["error"]["code"] for record in made if record["status"] == "failed")
    assert set(codes) == {"image.truncated", "file.empty", "partner.image.truncated", "partner.file.empty"}
    assert codes["image.truncated"] == codes["file.empty"] == 1  # one record for all copies
    assert summary.failed["image.truncated"] == 8 and summary.complete
    for record in made:
        if record["status"] == "failed" and record["error"]["code"].startswith("partner."):
            assert isinstance(record["copy"], int)
            assert not (tmp_path / "out" / record["source"].replace(".png", f"__aug{record['copy']}.png")).exists()
    # The partner is chosen though it is broken: a good file in its place changes nothing else.
    make(text, flat, tmp_path / "good")
    whole = {record["id"]: record for record in records(tmp_path / "good")}
    done = [record for record in made if record["status"] == "done"]
    assert done and all(record == whole[record["id"]] for record in done)


@pytest.mark.parametrize("modes", [("L", "RGB"), ("RGB", "L"), ("RGBA", "RGB"), ("L", "RGBA"), ("RGB", "RGBA"), ("RGBA", "L")])
@pytest.mark.parametrize("backend", ["cpu", "torch"])
def test_partners_of_other_modes(make, tmp_path, modes, backend):
    (tmp_path / "data").mkdir()
    for number, mode in enumerate(modes):
        Image.new("RGBA", (20, 10 + number), (10, 200, 30, 128)).convert(mode).save(tmp_path / "data" / f"{number}.png")
    summary = make("image: [mixup: {share: 0.5}]", tmp_path / "data", tmp_path / "out", backend=backend)
    assert not summary.failed
    for number, mode in enumerate(modes):
        made = Image.open(tmp_path / "out" / f"{number}__aug0.png")
        assert (made.mode, made.size) == (mode, (20, 10 + number))
