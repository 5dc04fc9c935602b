"""`augcli explain`: an output is found by any of its names, and explained as it was made."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from sealed import resealed

from augcli import ops
from augcli.engine.after.explain import explain, find
from augcli.engine.after.worddiff import Part, shortened, word_diff
from augcli.engine.state.manifest import records

PIPELINE = """
seed: 7
copies: 2
image:
  - flip
  - rotate: {angle_deg: 10, border: edge}
  - crop: {size: 48}
  - brightness
  - contrast
  - gaussian_blur: {p: 0}
  - repeat: {times: 2, steps: [{hue: {barrier: true}}]}
  - cutmix: {partner: other_class}
audio:
  - gain: {gain_db: -6}
  - polarity_inversion
text:
  - random_swap: {rate: 1}
  - random_delete: {rate: 0}
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Path:
    """An output folder beside a copy of its input, which tests may look at but not change."""
    from augcli.engine.run import run
    from augcli.engine.state.options import RunOptions
    from augcli.load import load_pipeline

    root = tmp_path_factory.mktemp("explain")
    shutil.copytree(samples, root / "data")
    (root / "data" / "images" / "animal" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no more")
    (root / "p.yaml").write_text(PIPELINE, encoding="utf-8")
    run(load_pipeline(str(root / "p.yaml")), [str(root / "data")], str(root / "out"), RunOptions(device="cpu", workers=2))
    ops.load()
    return root


def ids(target: Any, output: Path | None = None) -> list[str]:
    return [record["id"] for record in find(os.fspath(target), None if output is None else str(output))[2]]


def told(done: Path, unit: str) -> Any:
    folder, root, found = find(unit, str(done / "out"))
    assert len(found) == 1
    return explain(folder, root, found[0])


CAT = "images/animal/cat.jpg"


def test_an_output_is_found_by_its_path(done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ids(done / "out" / "images" / "animal" / "cat__aug1.jpg") == [f"{CAT}@1"]
    monkeypatch.chdir(done / "out" / "images")
    assert ids("animal/cat__aug1.jpg") == [f"{CAT}@1"]


def test_an_output_is_found_by_id_and_path_with_the_folder_named(done: Path) -> None:
    for name in (f"{CAT}@1", "images/animal/cat__aug1.jpg", done / "out" / "images" / "animal" / "cat__aug1.jpg"):
        assert ids(name, done / "out") == [f"{CAT}@1"]


def test_a_source_means_all_its_copies(done: Path) -> None:
    for name in (CAT, done / "data" / CAT):
        assert ids(name, done / "out") == [f"{CAT}@0", f"{CAT}@1"]


def test_rows_are_found_by_id_and_by_document(done: Path) -> None:
    assert ids("reviews.csv#r01@0", done / "out") == ["reviews.csv#r01@0"]
    assert ids(f"{done / 'out'}/reviews.csv#r01@0") == ["reviews.csv#r01@0"]
    assert ids("reviews.csv#r01", done / "out") == ["reviews.csv#r01@0", "reviews.csv#r01@1"]
    assert len(ids(done / "out" / "reviews.csv")) == len(ids(done / "data" / "reviews.csv", done / "out")) == 48


def test_every_record_can_be_explained(done: Path) -> None:
    for record in records(str(done / "out")):
        found = find(record["id"], str(done / "out"))
        explanation = explain(found[0], found[1], record)
        if record["status"] == "done":
            assert explanation.source_state == "as recorded" and explanation.trace is not None


def test_the_program_says_which_steps_became_one(done: Path) -> None:
    trace = told(done, f"{CAT}@0").trace
    assert [(part.kind, part.steps) for part in trace.primitives] == [
        ("Warp", ("flip", "rotate", "crop")),
        ("ColourMatrix", ("brightness", "contrast", "hue[0]")),
        ("ColourMatrix", ("hue[1]",)),  # the barrier stands before it
        ("Blend", ("cutmix",)),
    ]
    assert trace.primitives[0].before[:2] == (451, 300) and trace.primitives[0].after[:2] == (48, 48)
    gains = told(done, "sounds/music/bell.wav@0").trace.primitives
    assert [(part.kind, part.steps) for part in gains] == [("Gain", ("gain", "polarity_inversion"))]


def test_steps_have_their_draws_units_and_options(done: Path) -> None:
    found = told(done, f"{CAT}@0")
    steps = {step.id: step for step in found.steps}
    assert steps["rotate"].draws == (("angle_deg", 10, "deg"),) and steps["rotate"].options == {"border": "edge"}
    assert steps["crop"].options == {"size": [48, 48]} and "hue[1]" in steps
    assert found.not_fired == ["gaussian_blur"]


def test_partners_are_told_with_their_state(done: Path) -> None:
    (partner,) = told(done, f"{CAT}@0").partners
    assert partner.label == "thing" and partner.state == "as recorded" and len(partner.sha256) == 64


def test_a_step_that_changed_nothing_is_told(done: Path) -> None:
    found = told(done, "reviews.csv#r01@0")
    assert found.trace.idle == ("random_delete",)
    before, after = found.texts
    assert before != after and sorted(re.findall(r"\w+", before)) == sorted(re.findall(r"\w+", after))


def test_texts_are_those_of_the_files(done: Path) -> None:
    before, after = told(done, "texts/lucky_day_ko.txt@1").texts
    assert before == (done / "data" / "texts" / "lucky_day_ko.txt").read_text(encoding="utf-8")
    assert after == (done / "out" / "texts" / "lucky_day_ko__aug1.txt").read_text(encoding="utf-8")


def test_large_images_that_are_made_small_were_decoded_small(make: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (1600, 2400, 3), np.uint8)
    cv2.imwrite(str(tmp_path / "in" / "a.jpg"), pixels)
    make("image: [{resize: {size: [240, 160]}}]", tmp_path / "in", tmp_path / "out")
    folder, root, found = find("a.jpg@0", str(tmp_path / "out"))
    trace = explain(folder, root, found[0]).trace
    assert trace is not None and trace.scale == 8


# What is no longer as it was


@pytest.fixture
def changed(done: Path, tmp_path: Path) -> Path:
    """A copy of the folder with its input, to change."""
    shutil.copytree(done, tmp_path / "copy")
    resealed(tmp_path / "copy" / "out", inputs=[str(tmp_path / "copy" / "data")])
    return tmp_path / "copy"


def test_a_changed_source_is_told_and_the_record_still_is(changed: Path) -> None:
    (changed / "data" / CAT).write_bytes((changed / "data" / "images" / "animal" / "dog.jpg").read_bytes())
    found = told(changed, f"{CAT}@0")
    assert found.source_state == "changed" and found.trace is None
    assert found.steps and found.partners[0].state == "as recorded" and found.output_state == "as recorded"


def test_a_source_that_is_gone_is_told(changed: Path) -> None:
    (changed / "data" / CAT).unlink()
    (changed / "out" / "images" / "animal" / "cat__aug0.jpg").write_bytes(b"other")
    (changed / "data" / "reviews.csv").unlink()
    found = told(changed, f"{CAT}@0")
    assert (found.source_state, found.output_state, found.trace) == ("gone", "changed", None) and found.steps
    assert told(changed, "reviews.csv#r01@0").source_state == "gone"


def test_a_missing_partner_is_told(changed: Path) -> None:
    partner = told(changed, f"{CAT}@0").partners[0].id
    (changed / "data" / partner).unlink()
    found = told(changed, f"{CAT}@0")
    assert found.source_state == "as recorded" and found.partners[0].state == "gone" and found.trace is None


def test_a_failure_is_told_with_its_message(done: Path) -> None:
    found = told(done, "images/animal/broken.jpg")
    assert found.record["error"]["code"].startswith("image.") and found.message


def test_originals_are_told(make: Callable[..., Any], samples: Path, tmp_path: Path) -> None:
    make("output: {originals: copy}\nimage: [flip]", samples / "images" / "thing", tmp_path / "out")
    folder, root, found = find("hammer.jpg@original", str(tmp_path / "out"))
    explanation = explain(folder, root, found[0])
    assert (explanation.source_state, explanation.output_state, explanation.steps) == ("as recorded", "as recorded", [])


# The command


def test_the_command_tells_it_all(augcli: Callable[..., Any], done: Path) -> None:
    printed = augcli("explain", done / "out" / "images" / "animal" / "cat__aug0.jpg").stdout
    for expected in (
        "flip + rotate + crop → one Warp, 451×300 → 48×48",
        "angle_deg 10 deg; border: edge",
        "not applied: gaussian_blur",
        "soft label  animal 0.",
        "copy        0, seed 7",
        "451×300, " + str(done / "data" / CAT) + ", as recorded",
    ):
        assert expected in printed


def test_the_difference_is_marked_without_colours_and_coloured_with(augcli: Callable[..., Any], done: Path) -> None:
    call = ("explain", "reviews.csv#r01@0", "--output", done / "out")
    plain = augcli(*call).stdout
    assert "\x1b" not in plain and re.search(r"\[-[^\]]*-\]", plain) and re.search(r"\{\+[^}]*\+\}", plain)
    coloured = augcli(*call, env={"FORCE_COLOR": "1", "TERM": "xterm-256color"}).stdout
    assert "\x1b[" in coloured and "[-" not in coloured
    without = augcli(*call, env={"FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "xterm-256color"}).stdout
    assert "[-" in without and not re.search(r"\x1b\[[\d;]*3\d", without)


def test_many_outputs_are_listed(augcli: Callable[..., Any], done: Path) -> None:
    lines = augcli("explain", done / "out" / "reviews.csv").stdout.splitlines()
    assert lines[0] == "reviews.csv#r01@0" and lines[-1].startswith("48 outputs;")


def test_json_is_one_object(augcli: Callable[..., Any], done: Path) -> None:
    found = json.loads(augcli("explain", CAT, "--output", done / "out", "--json").stdout)
    first, second = found["units"]
    assert (first["id"], second["id"]) == (f"{CAT}@0", f"{CAT}@1")
    assert first["source"]["state"] == "as recorded" and first["program"][0]["steps"] == ["flip", "rotate", "crop"]
    assert first["steps"][1]["draw"] == {"angle_deg": {"value": 10, "unit": "deg"}}


def test_what_is_not_known_is_an_error_with_a_remedy(augcli: Callable[..., Any], done: Path, tmp_path: Path) -> None:
    outside = augcli("explain", tmp_path / "x.jpg")
    assert outside.returncode == 2 and "--output" in outside.stderr
    unknown = augcli("explain", "x.jpg", "--output", done / "out")
    assert unknown.returncode == 2 and "has no entry for 'x.jpg'" in unknown.stderr
    none = augcli("explain", "x.jpg", "--output", tmp_path)
    assert none.returncode == 2 and "not an output folder of augcli run" in none.stderr


# Word differences


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""), ("a", ""), ("", "a"), ("a b c", "a c"), ("one two three", "two one three"), ("a\nb\nc\n", "a\nc\n"),
        ("눈이 올 듯하더니", "눈이 듯하더니 올"), ("don't stop", "do stop"), ("x  y\tz\r\n", "x y z"),
    ],
)  # fmt: skip
def test_a_difference_holds_both_texts(old: str, new: str) -> None:
    parts = word_diff(old, new)
    assert "".join(part.text for part in parts if part.kind != "new") == old
    assert "".join(part.text for part in parts if part.kind != "gone") == new
    assert all(part.text for part in parts)


def test_a_difference_is_short() -> None:
    assert word_diff("the cat sat", "the dog sat") == [
        Part("same", "the "),
        Part("gone", "cat"),
        Part("new", "dog"),
        Part("same", " sat"),
    ]
    assert word_diff("a red cat ran", "a big dog ran")[1:3] == [Part("gone", "red cat"), Part("new", "big dog")]


def test_long_stretches_are_cut() -> None:
    parts = shortened(
        [Part("same", "a" * 1000), Part("gone", "b" * 1000), Part("same", "c" * 1000), Part("new", "d"), Part("same", "e")]
    )
    assert [len(part.text) for part in parts] == [63, 1000, 123, 1, 1]
    assert parts[0].text.endswith("a" * 60) and parts[2].text.startswith("c" * 60)


def test_very_long_texts_take_no_age() -> None:
    old = " ".join(f"w{number}" for number in range(100_000))
    assert word_diff(old, old + " more")[-1].kind == "new"
