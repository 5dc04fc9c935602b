"""Making outputs without a folder gives what a run writes: the same bytes, the same records, the same failures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from augcli.core.pipeline.model import Pipeline
from augcli.core.values.outcome import ConfigError, UserError
from augcli.engine.make.in_memory import make as make_in_memory
from augcli.engine.make.in_memory import sample
from augcli.engine.make.recipe import Recipe, recipe
from augcli.engine.make.results import Failed
from augcli.load import load_pipeline

PIPELINE = """
seed: 11
copies: 2
image: [rotate: {angle_deg: [-9, 9]}, crop: {size: 24}, mixup: {p: 0.5, partner: other_class}, gaussian_noise: {p: 0.5}]
audio: [gain: {gain_db: [-6, 6]}, shift: {p: 0.5}]
text: [random_delete: {rate: 0.2}]
"""
FOLDERS = ("images", "sounds", "texts")


def manifest(output: Path) -> dict[str, dict]:
    records = [json.loads(line) for line in (output / "manifest.jsonl").read_text().splitlines()]
    return {record["id"]: record for record in records if "row" not in record}


@pytest.fixture
def pipeline(pipeline_file) -> Pipeline:
    return load_pipeline(pipeline_file(PIPELINE))


def given(made_by: Recipe, root: Path, records: dict[str, dict]) -> list:
    """All files below the root: every other one as its bytes."""
    labels = {record["source"]: record.get("label") for record in records.values()}
    paths = sorted(path for folder in FOLDERS for path in (root / folder).rglob("*") if path.is_file())
    names = [path.relative_to(root).as_posix() for path in paths]
    return [
        sample(made_by, path.read_bytes() if number % 2 else str(path), name, labels[name])
        for number, (path, name) in enumerate(zip(paths, names, strict=True))
    ]


@pytest.mark.parametrize("backend", ["cpu", "torch"])
def test_bytes_and_records_are_those_of_a_run(make, pipeline, samples, tmp_path, backend):
    make(PIPELINE, samples, tmp_path / "out", backend=backend)
    expected = manifest(tmp_path / "out")
    made_by = recipe(pipeline.source, backend)
    results = list(make_in_memory(made_by, given(made_by, samples, expected)))
    assert {result.unit.id for result in results} == set(expected) and len(results) == len(expected) == 2 * 26
    assert any("soft_label" in result.record for result in results)
    for result in results:
        assert result.record == expected[result.unit.id]
        assert result.data == (tmp_path / "out" / result.record["output"]).read_bytes()


def test_failures_are_those_of_a_run(make, pipeline, samples, tmp_path):
    (tmp_path / "in").mkdir()
    jpeg = next((samples / "images").rglob("*.jpg")).read_bytes()
    (tmp_path / "in" / "broken.jpg").write_bytes(jpeg[:200])
    make(PIPELINE.replace("other_class", "any"), tmp_path / "in", tmp_path / "out")
    made_by = recipe(pipeline.source)
    (failed,) = make_in_memory(made_by, [sample(made_by, jpeg[:200], "broken.jpg")])
    assert isinstance(failed, Failed) and failed.units == 2
    assert {failed.id: failed.record} == manifest(tmp_path / "out")


def test_copies_and_seed_may_be_given(pipeline, samples):
    made_by = recipe({**pipeline.source, "image": [{"rotate": {}}]})
    one = [sample(made_by, str(samples / "images" / "animal" / "cat.jpg"), "cat.jpg")]
    first, second, again = (list(make_in_memory(made_by, one, copies=3, seed=seed)) for seed in (1, 2, 1))
    assert len(first) == 3 and first == again
    assert all(a.data != b.data for a, b in zip(first, second, strict=True))


def test_samples_may_be_an_endless_stream_where_nothing_is_mixed(pipeline, samples):
    made_by = recipe({**pipeline.source, "image": [{"flip": {}}]})
    data = (samples / "images" / "animal" / "cat.jpg").read_bytes()
    endless = (sample(made_by, data, f"{number}.jpg") for number in iter(int, 1))
    results = make_in_memory(made_by, endless, copies=1)
    assert next(results) == next(results)


def test_recipes_are_kept(pipeline):
    assert recipe(pipeline.source) is recipe(dict(pipeline.source))
    assert recipe(pipeline.source) is not recipe(pipeline.source, "torch")
    assert recipe(pipeline.source) is not recipe({**pipeline.source, "seed": 12})
    with pytest.raises(ConfigError, match="unknown"):
        recipe({"image": [{"rotate": {"unknown": 1}}]})


def test_what_no_pipeline_is_for(pipeline, tmp_path):
    with pytest.raises(UserError, match="is not an image, an audio file or a text"):
        sample(recipe(pipeline.source), b"import os\n", "setup.py")
    with pytest.raises(UserError, match="cannot be read"):
        sample(recipe(pipeline.source), str(tmp_path / "gone.jpg"), "gone.jpg")


@pytest.mark.parametrize("name", ["", "/etc/x.pgm", "../x.pgm", "a/../../x.pgm", "a//x.pgm", "a/", "x\0.pgm"])
def test_a_name_that_leaves_the_folder_is_refused(pipeline, name):
    with pytest.raises(UserError, match="does not name a file below an input"):
        sample(recipe(pipeline.source), b"P5 1 1 255 \x07", name)


def test_partners_need_names_of_their_own(pipeline):
    made_by = recipe(pipeline.source)
    twice = [sample(made_by, b"P5 1 1 255 " + value, "x.pgm") for value in (b"\x07", b"\x09")]
    with pytest.raises(UserError, match="two samples have the same name"):
        list(make_in_memory(made_by, twice))
