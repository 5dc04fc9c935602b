"""Running again: nothing is made twice, missing outputs are regenerated, and outdated ones are reported by cause."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from augcli.core.values.outcome import UserError
from augcli.engine.after.verify import verify
from augcli.engine.store.state_file import StateFile

PIPELINE = """
seed: 7
copies: 2
image:
  - flip: {p: 0.5}
  - crop: {area: [0.6, 1.0], size: 32, id: cut}
  - mixup: {p: 0.5, share: 0.6}
text:
  - random_delete: {rate: 0.2}
"""


@pytest.fixture
def data(tmp_path, samples):
    for name in ("images", "texts"):
        shutil.copytree(samples / name, tmp_path / "data" / name)
    shutil.copyfile(samples / "reviews.csv", tmp_path / "data" / "reviews.csv")
    return tmp_path / "data"


@pytest.fixture
def output(make, data, tmp_path):
    assert make(PIPELINE, data, tmp_path / "out").complete
    return tmp_path / "out"


def stamps(output: Path) -> dict[str, int]:
    """When every output was written. Documents and manifest are put together by each run."""
    together = ("manifest.jsonl", "SHA256SUMS", "run.json", "reviews.csv", ".augcli")
    return {str(path): path.stat().st_mtime_ns for path in output.rglob("*") if path.is_file() and path.name not in together}


def without_seals(output: Path) -> None:
    """As if no run here had ended cleanly."""
    state = StateFile.for_writing(str(output))
    state.rewrite([frame for frame in state.frames if frame.kind != "S"])
    state.close()


def records(output: Path) -> list[dict]:
    return [json.loads(line) for line in (output / "manifest.jsonl").read_text().splitlines()]


def test_a_second_run_makes_nothing(make, data, output, contents):
    before, files = stamps(output), contents(output)
    state = (output / ".augcli").read_bytes()
    summary = make(PIPELINE, data, output)
    assert (summary.planned, summary.done_before, dict(summary.made), summary.complete) == (84, 84, {}, True)
    assert stamps(output) == before
    assert contents(output) == files
    assert (output / ".augcli").read_bytes() == state


@pytest.mark.parametrize("damage", ["deleted", "a folder deleted", "truncated", "emptied"])
def test_what_is_gone_is_made_anew(make, data, output, contents, damage):
    before, files = stamps(output), contents(output)
    victim = output / "images" / "animal" / "cow__aug1.jpg"
    expected = 1
    if damage == "deleted":
        victim.unlink()
    elif damage == "a folder deleted":
        expected = len(list(victim.parent.iterdir()))
        shutil.rmtree(victim.parent)
    else:
        # After a clean end, only `verify` opens outputs; after any other, a run compares what it may not have finished.
        os.truncate(victim, 100 if damage == "truncated" else 0)
        assert not make(PIPELINE, data, output).made
        assert verify(str(output)).differences == [("changed", str(victim.relative_to(output)))]
        without_seals(output)
    summary = make(PIPELINE, data, output)
    assert sum(summary.made.values()) == expected
    assert contents(output) == files
    assert sum(stamp != before[name] for name, stamp in stamps(output).items()) == expected


def test_the_manifest_and_documents_are_made_anew(make, data, output, contents):
    files = contents(output)
    for name in ("manifest.jsonl", "SHA256SUMS", "run.json", "reviews.csv"):
        (output / name).unlink()
    assert not make(PIPELINE, data, output).made
    assert contents(output) == files


def test_new_sources_are_made_and_the_others_are_left_alone(make, data, output, tmp_path, contents):
    text = PIPELINE.replace("  - mixup: {p: 0.5, share: 0.6}\n", "")
    make(text, data, tmp_path / "plain")
    before = stamps(tmp_path / "plain")
    shutil.copyfile(data / "images/animal/cat.jpg", data / "images/animal/another.jpg")
    summary = make(text, data, tmp_path / "plain")
    assert (summary.made, summary.done_before) == ({"image": 2}, 84)
    after = stamps(tmp_path / "plain")
    assert {name: after[name] for name in before} == before
    make(text, data, tmp_path / "fresh")
    assert contents(tmp_path / "plain") == contents(tmp_path / "fresh")


def refusal(make, text: str, data: Path, output: Path, **more) -> str:
    with pytest.raises(UserError) as caught:
        make(text, data, output, **more)
    assert caught.value.exit_code == 2
    return str(caught.value)


@pytest.mark.parametrize("change", ["content", "time", "size"])
def test_a_changed_source_is_told_and_made_again_when_asked(make, data, output, tmp_path, contents, change):
    victim = data / "images" / "thing" / "rocket.jpg"
    if change == "content":
        Image.new("RGB", (60, 40), (9, 200, 77)).save(victim)
    elif change == "time":
        os.utime(victim, ns=(0, 1))
    else:
        victim.write_bytes(victim.read_bytes() + b"\0")
    using = [
        record
        for record in records(output)
        if record["source"] == "images/thing/rocket.jpg" or "rocket" in str(record.get("partners"))
    ]
    # Partners are chosen whether the step fires or not, so more may be out of date than used it.
    message = refusal(make, PIPELINE, data, output)
    told = int(message.split(" ", 1)[0])
    assert told >= len(using) >= 2
    assert f"{told} because a source has changed" in message and "--redo" in message
    before = stamps(output)
    summary = make(PIPELINE, data, output, redo=True)
    assert summary.made == {"image": told} and summary.complete
    assert sum(stamp != before[name] for name, stamp in stamps(output).items()) == told
    make(PIPELINE, data, tmp_path / "fresh")
    assert contents(output) == contents(tmp_path / "fresh")


@pytest.mark.parametrize(
    ("old", "new", "stale"),
    [
        ("area: [0.6, 1.0]", "area: [0.5, 1.0]", 28),
        ("seed: 7", "seed: 8", 84),
        ("flip: {p: 0.5}", "flip: {p: 0.6}", 28),
        ("rate: 0.2", "rate: 0.3", 56),
        ("text:", "output: {image: {quality: 80}}\ntext:", 28),
        ("  - flip: {p: 0.5}\n", "", 28),
        ("id: cut", "id: cut_out", 28),
    ],
)
def test_a_changed_pipeline_is_told_and_made_again_when_asked(make, data, output, tmp_path, contents, old, new, stale):
    text = PIPELINE.replace(old, new)
    assert f"{stale} because the pipeline has changed" in refusal(make, text, data, output)
    assert sum(make(text, data, output, redo=True).made.values()) == stale
    make(text, data, tmp_path / "fresh")
    assert contents(output) == contents(tmp_path / "fresh")


def test_what_does_not_change_outputs_makes_nothing_stale(make, data, output):
    text = "# a comment\nlimits: {max_pixels: 9000000}\n" + PIPELINE.replace("copies: 2", "copies: {'*': 2}")
    summary = make(text, data, output, workers=1, max_errors="5%")
    assert summary.done_before == 84 and not summary.made


def test_more_copies_are_added_and_fewer_leave_orphans(make, data, output, tmp_path, contents):
    summary = make(PIPELINE, data, output, overrides={"copies": "3"})
    assert (summary.done_before, sum(summary.made.values()), summary.orphans) == (84, 42, 0)
    make(PIPELINE, data, tmp_path / "three", overrides={"copies": "3"})
    assert contents(output) == contents(tmp_path / "three")
    summary = make(PIPELINE, data, output, overrides={"copies": "1"})
    assert (summary.done_before, summary.made, summary.orphans) == (42, {}, 84)


def test_orphans_are_pruned_when_asked(make, data, output, tmp_path, contents):
    (data / "images/animal/cat.jpg").unlink()
    text = PIPELINE.replace("  - mixup: {p: 0.5, share: 0.6}\n", "")
    make(text, data, output, redo=True)
    assert make(text, data, output, overrides={"copies": "1"}).orphans == 41 + 2
    summary = make(text, data, output, overrides={"copies": "1"}, prune=True)
    assert (summary.orphans, summary.made, summary.complete) == (0, {}, True)
    make(text, data, tmp_path / "fresh", overrides={"copies": "1"})
    assert contents(output) == contents(tmp_path / "fresh")
    # What was pruned can come back.
    assert make(text, data, output).done_before == 41
    make(text, data, tmp_path / "again")
    assert contents(output) == contents(tmp_path / "again")


@pytest.mark.parametrize("part", [{"shard": (0, 2)}, {"limit": 3}])
def test_a_part_of_a_plan_prunes_nothing(make, data, output, contents, part):
    files = contents(output)
    assert "whole plan" in refusal(make, PIPELINE, data, output, prune=True, **part)
    assert contents(output) == files


def test_another_format_replaces_the_files_of_the_old_one(make, data, output, tmp_path, contents):
    text = PIPELINE.replace("text:", "output: {image: {format: webp}}\ntext:")
    make(text, data, output, redo=True)
    make(text, data, tmp_path / "fresh")
    assert contents(output) == contents(tmp_path / "fresh")


def test_a_new_collision_renames_without_a_trace(make, tmp_path, contents):
    data = tmp_path / "data"
    data.mkdir()
    text = "image: [crop: {size: 8}]\noutput: {image: {format: png}}"
    Image.new("RGB", (20, 10), "red").save(data / "b.jpg")
    make(text, data, tmp_path / "out")
    Image.new("RGB", (20, 10), "blue").save(data / "b.bmp")  # comes first, and takes the name
    make(text, data, tmp_path / "out", redo=True)
    make(text, data, tmp_path / "fresh")
    assert contents(tmp_path / "out") == contents(tmp_path / "fresh")
    assert len(contents(tmp_path / "out")) == 4


def test_failures_are_remembered_and_tried_again_when_something_changes(make, samples, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    whole = (samples / "images/animal/duck.jpg").read_bytes()
    (data / "bad.jpg").write_bytes(whole[:5000])
    Image.new("RGB", (1000, 900), "red").save(data / "big.png")
    text = "copies: 2\nlimits: {max_pixels: 800000}\nimage: [crop: {size: 8}]"
    first = make(text, data, tmp_path / "out")
    assert dict(first.failed) == {"image.truncated": 2, "image.too_large": 2} and first.complete
    again = make(text, data, tmp_path / "out")
    assert (again.done_before, again.made, again.failed, again.exit_code) == (4, {}, first.failed, 1)
    # Other limits: what failed is tried again, whatever it failed of.
    wider = text.replace("800000", "1000000")
    summary = make(wider, data, tmp_path / "out")
    assert (summary.done_before, summary.made, dict(summary.failed)) == (0, {"image": 2}, {"image.truncated": 2})
    # A mended file is made; nothing has to be said for it.
    (data / "bad.jpg").write_bytes(whole)
    summary = make(wider, data, tmp_path / "out")
    assert (summary.made, summary.failed, summary.exit_code) == ({"image": 2}, {}, 0)


def test_retry_tries_failures_again(make, tmp_path, samples):
    data = tmp_path / "data"
    data.mkdir()
    (data / "bad.jpg").write_bytes((samples / "images/animal/duck.jpg").read_bytes()[:5000])
    text = "copies: 2\nimage: [crop: {size: 8}]"
    make(text, data, tmp_path / "out")
    assert make(text, data, tmp_path / "out").done_before == 2
    summary = make(text, data, tmp_path / "out", retry=True)
    assert (summary.done_before, dict(summary.failed), summary.complete) == (0, {"image.truncated": 2}, True)


def test_a_changed_table_is_read_anew_in_the_same_process(make, tmp_path, contents):
    data = tmp_path / "data"
    data.mkdir()
    (data / "t.csv").write_text("text,other\none two three four,A\nfive six seven eight,B\n")
    text = "text: [random_delete: {rate: 0.4}]"
    make(text, data, tmp_path / "out")
    (data / "t.csv").write_text("text,other\none two three four,CHANGED\nfive six seven eight,B\nnine ten eleven,C\n")
    make(text, data, tmp_path / "out", redo=True)
    make(text, data, tmp_path / "fresh")
    assert contents(tmp_path / "out") == contents(tmp_path / "fresh")
    assert "CHANGED" in (tmp_path / "out" / "t.csv").read_text()


def test_a_moved_output_goes_on(make, data, output, tmp_path, contents):
    (output / "images/animal/cow__aug1.jpg").unlink()
    shutil.move(output, tmp_path / "moved")
    summary = make(PIPELINE, data, tmp_path / "moved")
    assert summary.done_before == 83 and summary.complete
