"""Which part of a plan is made (limits, shards, copies, splits), and which value of an option wins."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from augcli.core.values.outcome import ConfigError, Mismatch, NothingToDo, UserError
from augcli.engine.finish.merge import merge

PIPELINE = """
seed: 7
copies: 2
image:
  - flip: {p: 0.5, id: mirror}
  - crop: {area: [0.6, 1.0], size: 16}
  - mixup: {p: 0.5}
text:
  - random_delete: {rate: 0.2}
"""


def records(output: Path) -> list[dict]:
    return [json.loads(line) for line in (output / "manifest.jsonl").read_text().splitlines()]


def test_a_limit_takes_the_first_sources_and_the_same_partners(make, samples, tmp_path):
    make(PIPELINE, samples, tmp_path / "all")
    summary = make(PIPELINE, samples, tmp_path / "few", limit=30)
    assert summary.planned == 60 and summary.complete
    few = [record for record in records(tmp_path / "few") if record["modality"] == "image"]
    whole = {record["id"]: record for record in records(tmp_path / "all")}
    assert len(few) == 12 and all(record == whole[record["id"]] for record in few)
    # Partners come from the whole input, not from what the limit leaves.
    assert {partner["id"] for record in few for partner in record.get("partners", ())} - {record["source"] for record in few}


def test_raising_the_limit_goes_on(make, samples, tmp_path, contents):
    make(PIPELINE, samples, tmp_path / "out", limit=30)
    assert make(PIPELINE, samples, tmp_path / "out").done_before == 60
    make(PIPELINE, samples, tmp_path / "fresh")
    assert contents(tmp_path / "out") == contents(tmp_path / "fresh")


@pytest.mark.parametrize("of", [3, 7])
def test_shards_are_disjoint_and_cover_all_and_merge_into_the_whole(make, samples, tmp_path, contents, of):
    make(PIPELINE, samples, tmp_path / "whole")
    for number in range(of):
        make(PIPELINE, samples, tmp_path / f"part{number}", shard=(number, of))
    parts = [records(tmp_path / f"part{number}") for number in range(of)]
    ids = Counter(record["id"] for part in parts for record in part)
    assert set(ids.values()) == {1}
    assert set(ids) == {record["id"] for record in records(tmp_path / "whole")}
    for part in parts:  # all copies of a source together
        sources = Counter(record["source"] for record in part)
        assert set(sources.values()) <= {2}  # of seven shards, one is empty
    merge([str(tmp_path / f"part{number}") for number in reversed(range(of))], str(tmp_path / "merged"))
    assert contents(tmp_path / "merged") == contents(tmp_path / "whole")
    # The merged folder is an output like any other.
    assert make(PIPELINE, samples, tmp_path / "merged").done_before == 84


def test_all_shards_into_one_folder_make_the_whole(make, samples, tmp_path, contents):
    for number in range(3):
        make(PIPELINE, samples, tmp_path / "out", shard=(number, 3), workers=number + 1)
    assert make(PIPELINE, samples, tmp_path / "out").done_before == 84
    make(PIPELINE, samples, tmp_path / "whole")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_merge_refuses_what_does_not_belong_together(make, samples, tmp_path):
    for number in range(3):
        make(PIPELINE, samples / "images", tmp_path / f"part{number}", shard=(number, 3))
    make(PIPELINE, samples / "images", tmp_path / "seeded", shard=(2, 3), overrides={"seed": "8"})
    make(PIPELINE, samples / "texts", tmp_path / "texts", shard=(2, 3))
    make(PIPELINE, samples / "images", tmp_path / "limited", limit=3)
    parts = [str(tmp_path / f"part{number}") for number in range(3)]
    for shards, message in [
        (parts[:2], "shard 2/3 is missing; run it with --shard 2/3"),
        ([*parts[:2], parts[1]], "are both shard 1/3"),
        ([*parts[:2], str(tmp_path / "seeded")], "different pipelines"),
        ([*parts[:2], str(tmp_path / "texts")], "different inputs"),
        ([str(tmp_path / "limited")], "--limit"),
    ]:
        with pytest.raises(Mismatch, match=message):
            merge(shards, str(tmp_path / "merged"))
    with pytest.raises(UserError, match="is not an empty folder; merge into a new one"):
        merge(parts, parts[0])
    (tmp_path / "part1" / records(tmp_path / "part1")[0]["output"]).unlink()
    with pytest.raises(UserError):
        merge(parts, str(tmp_path / "merged"))


@pytest.mark.parametrize(
    ("copies", "expected"),
    [
        ("{animal: 3, thing: 1}", {"animal": 21, "thing": 7}),
        ("{animal: 3}", {"animal": 21, "thing": 7}),
        ("{animal: 2, '*': 0}", {"animal": 14}),
        ("0", None),
    ],
)
def test_copies_by_class(make, samples, tmp_path, copies, expected):
    text = f"copies: {copies}\nimage: [crop: {{size: 8}}]"
    if expected is None:
        with pytest.raises(NothingToDo):
            make(text, samples / "images", tmp_path / "out")
        return
    make(text, samples / "images", tmp_path / "out")
    assert Counter(record["label"] for record in records(tmp_path / "out")) == expected


def test_the_first_copies_do_not_depend_on_how_many_there_are(make, samples, tmp_path, contents):
    for count in (1, 4):
        make(PIPELINE, samples / "images", tmp_path / f"out{count}", overrides={"copies": str(count)})
    few, many = contents(tmp_path / "out1"), contents(tmp_path / "out4")
    images = {name for name in few if name.endswith(("jpg", "png"))}
    assert len(images) == 14 and all(few[name] == many[name] for name in images)


def test_flags_beat_set_which_beats_the_file(augcli, samples, pipeline_file, tmp_path):
    command = ["run", pipeline_file(PIPELINE), samples / "images", "--device", "cpu", "--limit", "2"]
    settings = ["--set", "mirror.p=1", "--set", "seed=1", "--set", "copies=5", "--set", "output.image.format=png"]
    done = augcli(*command, "-o", tmp_path / "out", *settings, "--seed", "9", "--copies", "3")
    assert done.returncode == 0, done.stderr
    pipeline = json.loads((tmp_path / "out" / "run.json").read_text())["stable"]["pipeline"]
    assert (pipeline["seed"], pipeline["copies"], pipeline["output"]) == (9, 3, {"image": {"format": "png"}})
    assert pipeline["image"][0] == {"flip": {"p": 1, "id": "mirror"}}
    made = records(tmp_path / "out")
    assert len(made) == 6 and all(record["output"].endswith(".png") for record in made)
    assert all(record["steps"][0]["step"] == "mirror" for record in made)


def test_a_range_from_the_command_line(make, samples, tmp_path):
    text = "copies: 20\nimage: [rotate: {angle_deg: 90}, crop: {size: 8}]"
    make(text, samples / "images", tmp_path / "out", limit=2, overrides={"rotate.angle_deg": "-5..5"})
    angles = [record["steps"][0]["draw"]["angle_deg"] for record in records(tmp_path / "out")]
    assert len(set(angles)) == 40 and -5 <= min(angles) < -3 and 3 < max(angles) <= 5


def test_an_override_of_what_is_not_there_is_an_error(make, samples, tmp_path):
    with pytest.raises(ConfigError, match="there is no step with the id 'mirrored'"):
        make(PIPELINE, samples, tmp_path / "out", overrides={"mirrored.p": "1"})


def splits(tmp_path: Path, samples: Path) -> Path:
    """train, val and test, each with both classes; and the same image may lie in none."""
    for split in ("train", "val", "test"):
        for label, name in (("animal", "cat.jpg"), ("thing", "rocket.jpg"), ("animal", "dog.jpg")):
            target = tmp_path / "data" / split / label / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(samples / "images" / label / name, target)
    return tmp_path / "data"


def test_only_train_is_augmented(make, samples, tmp_path):
    make("copies: 2\nimage: [mixup: {share: 0.5}]", splits(tmp_path, samples), tmp_path / "out")
    made = records(tmp_path / "out")
    assert len(made) == 6 and {record["split"] for record in made} == {"train"}
    assert Counter(record["label"] for record in made) == {"animal": 4, "thing": 2}
    assert all(partner["id"].startswith("train/") for record in made for partner in record["partners"])


@pytest.mark.parametrize(("setting", "found"), [("all", {"train", "val", "test"}), ("[val, test]", {"val", "test"})])
def test_other_splits_are_augmented_when_asked(make, samples, tmp_path, setting, found):
    text = f"copies: 2\ninput: {{splits: {setting}}}\nimage: [mixup: {{share: 0.5}}]"
    make(text, splits(tmp_path, samples), tmp_path / "out")
    made = records(tmp_path / "out")
    assert {record["split"] for record in made} == found
    assert all(partner["id"].split("/")[0] == record["split"] for record in made for partner in record["partners"])


@pytest.mark.parametrize("kind", ["link", "copy"])
def test_originals_go_along_of_all_splits(make, samples, tmp_path, contents, kind):
    data = splits(tmp_path, samples)
    text = f"copies: 1\noutput: {{originals: {kind}}}\nimage: [crop: {{size: 8}}]"
    make(text, data, tmp_path / "out")
    made = records(tmp_path / "out")
    originals = [record for record in made if record["status"] == "original"]
    assert len(originals) == 9 and len(made) == 12
    for record in originals:
        source, target = data / record["source"], tmp_path / "out" / record["output"]
        assert target.read_bytes() == source.read_bytes()
        assert (record["split"], record["label"]) == tuple(record["source"].split("/")[:2])
        assert target.is_symlink() == (kind == "link")
        if kind == "link":
            assert not Path(target.readlink()).is_absolute()
    assert make(text, data, tmp_path / "out").done_before == 12
    if kind == "link":  # relative links survive a move of input and output together
        (tmp_path / "moved").mkdir()
        for name in ("data", "out"):
            shutil.move(tmp_path / name, tmp_path / "moved" / name)
        assert (tmp_path / "moved/out/test/animal/cat.jpg").read_bytes() == (samples / "images/animal/cat.jpg").read_bytes()


def test_originals_and_copies_do_not_share_names(make, samples, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    for name in ("a.jpg", "a__aug0.jpg", "a__aug0__aug1.jpg"):
        shutil.copyfile(samples / "images/animal/cat.jpg", data / name)
    make("copies: 2\noutput: {originals: copy}\nimage: [crop: {size: 8}]", data, tmp_path / "out")
    outputs = [record["output"] for record in records(tmp_path / "out")]
    assert len(outputs) == len(set(outputs)) == 9
    for name in ("a.jpg", "a__aug0.jpg", "a__aug0__aug1.jpg"):
        assert (tmp_path / "out" / name).read_bytes() == (data / name).read_bytes()
