"""verify reports every difference; replay regenerates every output, or says why it cannot."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from augcli import ops
from augcli.core.values.outcome import UserError
from augcli.engine.after.replay import replay
from augcli.engine.after.verify import Difference, verify

PIPELINE = """
seed: 7
copies: 2
image:
  - flip: {p: 0.5}
  - rotate: {angle_deg: [-15, 15], p: 0.7}
  - crop: {area: [0.6, 1.0], size: 32}
  - color_jitter: {p: 0.8, barrier: true}
  - repeat: {times: 2, steps: [{brightness: {factor: [0.9, 1.1]}}]}
  - one_of: [{gaussian_blur: {sigma_px: [0.3, 1.2]}}, {gaussian_noise: {std: [0.01, 0.04]}}]
  - cutout: {holes: 2, size: [0.1, 0.25], p: 0.5}
  - some_of: {n: 1, steps: [{cutmix: {partner: other_class}}, {mixup: {partner: same_class}}]}
audio:
  - gain: {gain_db: [-6, 6]}
  - polarity_inversion: {p: 0.5}
text:
  - random_delete: {rate: [0.05, 0.15]}
  - random_swap: {rate: 0.1, p: 0.5}
output: {originals: copy}
"""
UNITS = 50 * 2 + 26 + 24  # copies; originals: files, rows


@pytest.fixture(scope="module")
def finished(tmp_path_factory, samples):
    """A run on all sample data, and the input folder, which may be moved."""
    from augcli.engine.run import run
    from augcli.engine.state.options import RunOptions
    from augcli.load import load_pipeline

    folder = tmp_path_factory.mktemp("finished")
    shutil.copytree(samples, folder / "data")
    (folder / "p.yaml").write_text(PIPELINE)
    summary = run(load_pipeline(str(folder / "p.yaml")), [str(folder / "data")], str(folder / "out"), RunOptions(device="cpu"))
    assert summary.planned == UNITS and summary.complete and not summary.failed
    return folder


@pytest.fixture
def output(finished, tmp_path) -> Path:
    shutil.copytree(finished / "out", tmp_path / "out", symlinks=True)
    return tmp_path / "out"


def test_verify_finds_nothing_wrong(output):
    verified = verify(str(output))
    assert (verified.differences, verified.complete) == ([], True)
    assert verified.files == 22 * 2 + 4 * 2 + 1 + 26
    assert verified.bytes == sum(
        path.stat().st_size
        for path in output.rglob("*")
        if path.is_file() and path.name not in ("manifest.jsonl", "run.json", "SHA256SUMS", ".augcli")
    )


def flip_a_bit(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    "name", ["images/animal/cat__aug1.jpg", "sounds/music/bell__aug0.wav", "reviews.csv", "images/animal/dog.jpg"]
)
@pytest.mark.parametrize("place", [0, -1])
def test_verify_tells_one_flipped_bit(output, name, place):
    flip_a_bit(output / name, place)
    assert verify(str(output)).differences == [Difference("changed", name)]


@pytest.mark.parametrize("place", [0, 100, 5000, -2, -1])
def test_verify_tells_one_flipped_bit_of_the_manifest(output, place):
    flip_a_bit(output / "manifest.jsonl", place)
    differences = verify(str(output)).differences
    assert Difference("changed", "manifest.jsonl") in differences


def test_verify_tells_one_changed_bit_of_the_sums(output):
    flip_a_bit(output / "SHA256SUMS", 3)
    assert verify(str(output)).differences == [Difference("changed", "SHA256SUMS")]


@pytest.mark.parametrize("name", ["images/animal/cat__aug1.jpg", "reviews.csv", "manifest.jsonl", "SHA256SUMS"])
def test_verify_tells_a_missing_file(output, name):
    (output / name).unlink()
    assert Difference("missing", name) in verify(str(output)).differences


@pytest.mark.parametrize("name", ["images/animal/stray.jpg", ".hidden", "new/folder/with \n line break.txt", "run.json.bak"])
def test_verify_tells_an_extra_file(output, name):
    (output / name).parent.mkdir(parents=True, exist_ok=True)
    (output / name).write_text("stray")
    assert verify(str(output)).differences == [Difference("extra", name)]


@pytest.mark.parametrize("damage", ["not json", "not ours", "a list"])
def test_verify_needs_an_output_of_augcli(output, damage):
    (output / "run.json").write_text({"not json": "{", "not ours": '{"name": "x"}', "a list": "[1]"}[damage])
    with pytest.raises(UserError, match=r"run\.json") as caught:
        verify(str(output))
    assert caught.value.exit_code == 5


def verdicts(output: Path, *arguments) -> dict[str, int]:
    ops.load()
    counts: dict[str, int] = {}
    for result in replay(str(output), *arguments):
        counts[result.verdict] = counts.get(result.verdict, 0) + 1
    return counts


def test_replay_makes_everything_again(output):
    assert verdicts(output) == {"same": UNITS}


def test_replay_needs_nothing_but_records_and_sources(output):
    """The outputs and the state may be gone; that the outputs are is told."""
    keep = ("manifest.jsonl", "run.json")
    for path in sorted(output.iterdir()):
        if path.name not in keep:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert verdicts(output) == {"file missing": UNITS}


def test_replay_does_not_draw(output):
    """Draws come from the records: other ones give other outputs."""
    path = output / "manifest.jsonl"
    records = [json.loads(line) for line in path.read_text().splitlines()]
    for record in records:
        for step in record.get("steps", ()):
            if step["op"] == "image.brightness":
                step["draw"]["factor"] = 0.5
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    assert verdicts(output) == {"same": UNITS - 28, "different": 28}


def test_replay_finds_the_input_where_it_is_said_to_be(finished, output, tmp_path):
    shutil.copytree(finished / "data", tmp_path / "elsewhere")
    assert verdicts(output, "images/animal/cat.jpg@1", [str(tmp_path / "elsewhere")]) == {"same": 1}
    with pytest.raises(UserError, match="there is no such input"):
        verdicts(output, None, [str(tmp_path / "nowhere")])
    with pytest.raises(UserError, match="the run had 1 input"):
        verdicts(output, None, [str(tmp_path), str(tmp_path)])


def test_replay_tells_changed_sources_partners_and_rows(finished, output, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(finished / "data", data)
    flip_a_bit(data / "images/animal/cow.jpg", -1)
    (data / "texts/alice_en.txt").unlink()
    table = (data / "reviews.csv").read_text().replace("three weeks", "three years")
    (data / "reviews.csv").write_text(table)
    found = {}
    for result in replay(str(output), None, [str(data)]):
        if result.verdict != "same":
            found[result.unit_id] = (result.verdict, result.detail)
    assert found["images/animal/cow.jpg@0"][0] == "source changed"
    assert found["images/animal/cow.jpg@original"][0] == "different"
    assert found["texts/alice_en.txt@0"] == ("failed", "io.gone: the file no longer exists")
    assert found["reviews.csv#r02@0"][0] == "source changed"
    users = {
        record["id"]
        for record in map(json.loads, (output / "manifest.jsonl").read_text().splitlines())
        if any(partner["id"] == "images/animal/cow.jpg" for partner in record.get("partners", ()))
    }
    assert users and {name for name, told in found.items() if told[1] == "partner images/animal/cow.jpg"} == users
    assert len(found) == 3 + 3 + 3 + len(users - {"images/animal/cow.jpg@0", "images/animal/cow.jpg@1"})


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("images/animal/cat.jpg@1", 1),
        ("images/animal/cat__aug1.jpg", 1),
        ("images/animal/cat.jpg@original", 1),
        ("reviews.csv#r03@0", 1),
        ("reviews.csv", 72),
    ],
)
def test_replay_of_one_by_id_or_path(output, name, count):
    assert verdicts(output, name) == {"same": count}


def test_replay_of_what_is_not_there(output):
    with pytest.raises(UserError, match="no output with the id 'nothing'"):
        verdicts(output, "nothing")


def test_replay_on_the_torch_backend(make, samples, tmp_path):
    text = PIPELINE.replace("output: {originals: copy}", "")
    make(text, samples / "images", tmp_path / "out", backend="torch")
    assert verdicts(tmp_path / "out") == {"same": 28}


def test_replay_with_two_inputs(make, samples, tmp_path):
    for name in ("one", "two"):
        shutil.copytree(samples / "images", tmp_path / name)
        shutil.copyfile(samples / "reviews.csv", tmp_path / name / "reviews.csv")
    make(PIPELINE, [tmp_path / "one", tmp_path / "two"], tmp_path / "out")
    shutil.move(tmp_path / "one", tmp_path / "renamed")
    assert set(verdicts(tmp_path / "out")) == {"same", "failed"}
    assert verdicts(tmp_path / "out", None, [str(tmp_path / "renamed"), str(tmp_path / "two")]) == {
        "same": 2 * (38 * 2 + 14 + 24)
    }


def test_replay_after_the_plan_has_grown(make, samples, tmp_path):
    """Partners come from the record, so sources that came later do not matter."""
    text = "copies: 3\nimage: [crop: {size: 8}, mixup: {share: 0.5}]"
    shutil.copytree(samples / "images", tmp_path / "data")
    make(text, tmp_path / "data", tmp_path / "out")
    shutil.copyfile(samples / "images/animal/cat.jpg", tmp_path / "data/animal/more.jpg")
    assert verdicts(tmp_path / "out") == {"same": 42}


def test_the_command_writes_one_output_again(finished, output, augcli, tmp_path):
    done = augcli("replay", output, "--id", "images/animal/cat.jpg@1", "--write", tmp_path / "again.jpg")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again.jpg").read_bytes() == (output / "images/animal/cat__aug1.jpg").read_bytes()
    refused = augcli("replay", output, "--id", "reviews.csv", "--write", tmp_path / "rows")
    assert refused.returncode == 2 and "several" in refused.stderr
    nowhere = augcli("replay", output, "--id", "images/animal/cat.jpg@1", "--write", tmp_path / "no" / "file")
    assert nowhere.returncode == 73 and "internal" not in nowhere.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    failed = augcli("replay", output, "--id", "images/animal/cat.jpg@1", "--write", tmp_path / "void", "--input", empty, "--json")
    assert failed.returncode == 5 and not (tmp_path / "void").exists()
    assert json.loads(failed.stdout)["verdicts"] == {"failed": 1}
