"""`augcli plan` says exactly why samples get no copies; counts use the right singular and plural."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("image: [flip]", ["8 × copies is 0 for class cat", "1 × no steps for text", "1 × split val"]),
        ("image: [flip]\ncopies: 0", ["copies is 0", "no steps for text", "split val"]),
    ],
)
def test_plan_says_why_samples_are_left_out(command, pipeline_file, samples, tmp_path, text, reasons):
    import shutil

    for number in range(8):
        target = tmp_path / "in" / "train" / "cat" / f"{number}.jpg"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(samples / "images/animal/cat.jpg", target)
    for folder in ("train/dog", "val/dog"):
        (tmp_path / "in" / folder).mkdir(parents=True)
        shutil.copyfile(samples / "images/animal/dog.jpg", tmp_path / "in" / folder / "a.jpg")
    (tmp_path / "in" / "train" / "dog" / "note.txt").write_text("some words")
    if "copies" not in text:
        text += "\ncopies: {cat: 0}"
    ended = command("plan", pipeline_file(text), tmp_path / "in")
    said = " ".join((ended.out + ended.err).split())
    assert ended.code == (4 if "copies: 0" in text else 0)
    assert all(reason in said for reason in reasons), said
    assert "or no copies" not in said


def test_splits_without_copies_come_along_with_originals(command, pipeline_file, tmp_path):
    (tmp_path / "in/val").mkdir(parents=True)
    (tmp_path / "in/reviews.csv").write_text("id,text\n1,one two three\n2,four five six\n")
    (tmp_path / "in/val/a.txt").write_text("one two three four five")
    (tmp_path / "in/val/b.csv").write_text("id,text\n1,one two three\n")
    pipeline = pipeline_file("text: [random_delete]\noutput: {originals: copy}")
    assert "original row" not in command("plan", pipeline, tmp_path / "in").out
    ran = command("run", pipeline, tmp_path / "in", "-o", tmp_path / "out", "--progress", "none").out
    assert "2 × split val, no copies" in ran
    for name in ("val/a.txt", "val/b.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "in" / name).read_bytes()


def test_codes_come_with_a_page_that_explains_them(command, pipeline_file, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_text("one two three four five")
    (tmp_path / "in/a.jpg").write_bytes(b"not an image")
    pipeline = pipeline_file("image: [flip]\ntext: [random_delete]")
    arguments = ("run", pipeline, tmp_path / "in", "-o", tmp_path / "out", "--progress", "none")
    ran = command(*arguments).out
    assert (
        "1 × image.unknown" in ran and "augcli docs errors explains these codes; add --retry to try failed outputs again" in ran
    )
    assert "B in" not in command(*arguments).out  # nothing was made
    (tmp_path / "in/a.jpg").unlink()
    (tmp_path / "in/a.zip").write_bytes(b"PK\x03\x04")
    told = command("plan", pipeline, tmp_path / "in").out.splitlines()
    assert told[-2:] == ["left out: 1 × detect.other: a.zip", "augcli docs errors explains these codes"]


def test_a_folder_of_nothing_but_other_files_is_explained(command, pipeline_file, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.zip").write_bytes(b"PK\x03\x04")
    ended = command("plan", pipeline_file("image: [flip]"), tmp_path / "in")
    assert ended.code == 4 and "left out: 1 × detect.other (augcli docs errors explains these codes)" in ended.err


def test_one_is_said_as_one(command, pipeline_file, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("one two three four five")
    ran = command("run", pipeline_file("text: [random_delete]"), tmp_path / "in", "-o", tmp_path / "out", "--progress", "none")
    assert "1 output " in ran.out and "1 outputs" not in ran.out
    assert "1 file matches the manifest" in command("verify", tmp_path / "out").out
    assert "1 output regenerated, identical" in command("replay", tmp_path / "out").out


def test_ops_needs_no_command(command):
    assert "[COMMAND]" in command("ops", "--help").out and command("ops").code == 0
