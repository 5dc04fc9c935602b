"""The same outputs, manifest and checksums, whatever changes other than the data and the pipeline."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

PIPELINE = """
version: 1
seed: 7
copies: 3
image:
  - flip: {p: 0.5}
  - rotate: {angle_deg: [-15, 15], p: 0.7, id: turn}
  - crop: {area: [0.6, 1.0], size: 64}
  - color_jitter: {p: 0.8}
  - one_of: {id: soften, steps: [{gaussian_blur: {sigma_px: [0.3, 1.2]}}, {gaussian_noise: {std: [0.01, 0.04]}}]}
  - cutmix: {p: 0.4, partner: other_class}
text:
  - random_delete: {rate: [0.05, 0.15]}
  - random_swap: {rate: 0.1, p: 0.5}
"""
SOUND = "audio:\n  - gain: {gain_db: [-6, 6]}\n  - polarity_inversion: {p: 0.5}\n"


def records(output: Path) -> dict[str, dict]:
    return {record["id"]: record for record in map(json.loads, (output / "manifest.jsonl").read_text().splitlines())}


@pytest.fixture(scope="module")
def clean(tmp_path_factory, samples, augcli):
    """A run of the command line on the sample images and texts, with one worker."""
    folder = tmp_path_factory.mktemp("clean")
    (folder / "p.yaml").write_text(PIPELINE)
    done = augcli("run", folder / "p.yaml", samples, "-o", folder / "out", "--workers", "1", "--device", "cpu")
    assert done.returncode == 0, done.stderr
    return folder / "out"


@pytest.mark.parametrize("workers", [2, 4])
def test_any_number_of_workers_makes_the_same(make, samples, tmp_path, contents, clean, workers):
    make(PIPELINE, samples, tmp_path / "out", workers=workers)
    assert contents(tmp_path / "out") == contents(clean)


def test_sound_is_the_same_with_any_number_of_workers(make, samples, tmp_path, contents):
    for workers in (1, 3):
        make(PIPELINE + SOUND, samples / "sounds", tmp_path / f"out{workers}", workers=workers)
    assert contents(tmp_path / "out1") == contents(tmp_path / "out3")
    assert len(contents(tmp_path / "out1")) == 8 * 3 + 2


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "999", "LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "TZ": "Asia/Seoul"},
    ],
)
def test_hash_seed_locale_and_time_zone_do_not_matter(augcli, samples, tmp_path, contents, clean, pipeline_file, env):
    done = augcli("run", pipeline_file(PIPELINE), samples, "-o", tmp_path / "out", "--device", "cpu", env=env)
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "out") == contents(clean)


@pytest.mark.parametrize("spelling", ["data", "./data/", "../{name}/data", "data/../data//", "link"])
def test_it_does_not_matter_how_the_input_is_spelled(make, samples, tmp_path, contents, clean, monkeypatch, spelling):
    (tmp_path / "data").symlink_to(samples) if spelling == "link" else shutil.copytree(samples, tmp_path / "data")
    (tmp_path / "link").symlink_to(tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    make(PIPELINE, spelling.format(name=tmp_path.name), "out")
    assert contents(tmp_path / "out") == contents(clean)


def test_a_moved_input_changes_nothing(make, samples, tmp_path, contents, clean):
    shutil.copytree(samples, tmp_path / "elsewhere" / "renamed")
    make(PIPELINE, tmp_path / "elsewhere" / "renamed", tmp_path / "out")
    assert contents(tmp_path / "out") == contents(clean)


def test_files_written_in_another_order_change_nothing(make, samples, tmp_path, contents, clean):
    files = sorted((path for path in samples.rglob("*") if path.is_file()), key=lambda path: path.name, reverse=True)
    for path in files:
        target = tmp_path / "data" / path.relative_to(samples)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        os.utime(target, (1, 1))
    make(PIPELINE, tmp_path / "data", tmp_path / "out")
    assert contents(tmp_path / "out") == contents(clean)


def test_one_more_file_changes_only_those_whose_partner_it_becomes(make, samples, tmp_path, contents):
    text = "seed: 3\ncopies: 20\nimage:\n  - crop: {size: 16}\n  - mixup: {share: 0.5}\n"
    make(text, samples / "images", tmp_path / "before")
    shutil.copytree(samples / "images", tmp_path / "data")
    Image.new("RGB", (50, 40), (200, 30, 90)).save(tmp_path / "data/thing/newcomer.jpg")
    make(text, tmp_path / "data", tmp_path / "after")
    before, after = records(tmp_path / "before"), records(tmp_path / "after")
    drafted = {name for name, record in after.items() if record["partners"][0]["id"] == "thing/newcomer.jpg"}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == drafted & before.keys()
    # About 1/N of 280 choices among 15; a choice modulo N would move nearly all.
    assert 1 <= len(changed) <= 280 / 4
    old, new = contents(tmp_path / "before"), contents(tmp_path / "after")
    outputs = {before[name]["output"] for name in changed} | {"manifest.jsonl", "SHA256SUMS"}
    assert {name for name in old if old[name] != new[name]} == outputs


def test_one_more_file_changes_nothing_where_nobody_needs_a_partner(make, samples, tmp_path, contents):
    text = PIPELINE.replace("  - cutmix: {p: 0.4, partner: other_class}\n", "")
    make(text, samples, tmp_path / "before")
    shutil.copytree(samples, tmp_path / "data")
    shutil.copyfile(samples / "images/thing/coffee.jpg", tmp_path / "data/images/animal/aaa.jpg")
    make(text, tmp_path / "data", tmp_path / "after")
    old, new = contents(tmp_path / "before"), contents(tmp_path / "after")
    assert {name for name in old if old[name] != new[name]} == {"manifest.jsonl", "SHA256SUMS"}
    assert len(new) == len(old) + 3


def test_a_step_more_leaves_the_draws_of_the_others_alone(make, samples, tmp_path, clean):
    text = PIPELINE.replace("image:\n", "image:\n  - zoom: {id: first, factor: [0.8, 1.2]}\n").replace(
        "  - color_jitter", "  - hue: {angle_deg: [-20, 20], p: 0.5}\n  - color_jitter"
    )
    make(text, samples, tmp_path / "out")
    before, after = records(clean), records(tmp_path / "out")
    for name, record in before.items():
        kept = [step for step in after[name]["steps"] if step["step"] not in ("first", "hue")]
        assert kept == record["steps"], name
        assert after[name].get("partners") == record.get("partners")
    assert sum(step["step"] == "hue" for record in after.values() for step in record["steps"]) > 5


def test_an_option_more_only_steals(make, samples, tmp_path, clean):
    text = PIPELINE.replace("{std: [0.01, 0.04]}}]}", "{std: [0.01, 0.04]}}, {brightness: {factor: 1.2}}]}")
    make(text, samples, tmp_path / "out")
    before, after = records(clean), records(tmp_path / "out")
    stolen = 0
    for name, record in before.items():
        if record["modality"] == "image":
            old = [step["op"] for step in record["steps"] if step["op"] in ("image.gaussian_blur", "image.gaussian_noise")]
            new = [step["op"] for step in after[name]["steps"] if step["op"] in ("image.gaussian_blur", "image.gaussian_noise")]
            assert new in (old, [])
            stolen += new == []
    assert 0 < stolen < 42


def test_two_inputs_get_prefixes_and_stay_apart(make, samples, tmp_path, contents):
    for name in ("one", "two"):
        shutil.copytree(samples / "images", tmp_path / name)
    make(PIPELINE, [tmp_path / "one", tmp_path / "two"], tmp_path / "out")
    found = contents(tmp_path / "out")
    assert len(found) == 2 * 42 + 2
    assert all(name.startswith(("one/", "two/")) for name in found if "." in name and name != "manifest.jsonl")
    ids = records(tmp_path / "out")
    assert "one/animal/cat.jpg@0" in ids and "two/animal/cat.jpg@0" in ids
    assert ids["one/animal/cat.jpg@0"]["label"] == "animal"
    # Other ids, other draws.
    assert ids["one/animal/cat.jpg@0"]["sha256"] != ids["two/animal/cat.jpg@0"]["sha256"]


def test_inputs_may_be_files(make, samples, tmp_path, contents):
    files = sorted((samples / "images").glob("*/*.jpg")) + sorted((samples / "images").glob("*/*.png"))
    # Without class folders there are no other classes to mix with.
    make(PIPELINE.replace("other_class", "any").replace("same_class", "any"), files, tmp_path / "out")
    assert set(contents(tmp_path / "out")) == {f"{path.stem}__aug{copy}{path.suffix}" for path in files for copy in range(3)} | {
        "manifest.jsonl", "SHA256SUMS",
    }  # fmt: skip
    assert all("label" not in record for record in records(tmp_path / "out").values())


def test_inputs_that_are_files_do_not_write_over_each_other(make, samples, tmp_path, contents):
    shutil.copyfile(samples / "images/thing/saucer.png", tmp_path / "a.png")
    (tmp_path / "b").mkdir()
    shutil.copyfile(samples / "images/thing/coffee.jpg", tmp_path / "b" / "a.jpg")
    text = "copies: 1\noutput: {image: {format: png}}\nimage: [crop: {size: 16}]"
    make(text, [tmp_path / "b" / "a.jpg", tmp_path / "a.png"], tmp_path / "out")
    assert len(contents(tmp_path / "out")) == 2 + 2


def test_the_manifest_says_nothing_of_times_places_and_machines(clean, samples):
    text = (clean / "manifest.jsonl").read_text()
    assert str(samples) not in text and "finished" not in text and "seconds" not in text
    assert json.loads((clean / "run.json").read_text())["stable"]["inputs"] == [str(samples)]


def test_sha256sum_agrees(clean):
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=clean, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
