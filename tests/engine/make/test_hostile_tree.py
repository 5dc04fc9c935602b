"""Everything that a folder may contain, in one run: each problem gets a record or a clear reason, and the rest is written."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import unicodedata
import zlib
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

PIPELINE = "seed: 7\ncopies: 2\nimage: [flip: {p: 0.5}, crop: {size: 8}]\ntext: [random_delete: {rate: 0.2}]\n"
NFD = unicodedata.normalize("NFD", "é")


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 20000 × 20000."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def tree(tmp_path_factory, samples):
    """The folder, and for each file in it the failure that is expected; "" when its copies are."""
    root = tmp_path_factory.mktemp("hostile") / "data"
    expected: dict[bytes, str] = {}
    jpeg = (samples / "images/animal/duck.jpg").read_bytes()
    png = (samples / "images/thing/scissors.png").read_bytes()

    def put(name: str | bytes, data: bytes, failure: str = "") -> None:
        path = os.path.join(os.fsencode(root), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(os.fsdecode(path)).write_bytes(data)
        expected[os.fsencode(name)] = failure

    put("bad/cut.jpg", jpeg[: len(jpeg) // 2], "image.truncated")
    put("bad/cut.png", png[: len(png) // 2], "image.truncated")
    put("bad/only_a_header.jpg", jpeg[:20], "image.truncated")
    put("bad/no_bytes.jpg", b"", "file.empty")
    put("bad/no_bytes.txt", b"", "file.empty")
    put("bad/bomb.png", bomb(), "image.too_large")
    put("bad/page.jpg", b"<html>not found</html>")  # neither a record nor an output: told as left out
    put("bad/random.png", bytes(range(256)) * 20, "image.unknown")
    put("bad/broken_utf8.txt", b"some words \xff\xfe\x80 more words " * 9, "text.encoding")
    put("bad/blank.txt", b"  \n \n", "text.empty")
    put("suffix/a_png.jpg", png)
    put("suffix/a_jpeg.png", jpeg)
    put("suffix/UPPER.JPG", jpeg)
    put("suffix/image_without", jpeg)
    put("suffix/.jpg", jpeg)  # hidden
    put("names/with space.jpg", jpeg)
    put("names/line\nbreak.jpg", jpeg)
    put("names/tab\tstop.jpg", jpeg)
    put("names/back\\slash.jpg", jpeg)
    put("names/quote\"and'.jpg", jpeg)
    put("names/😀.jpg", jpeg)
    put("names/" + NFD + ".jpg", jpeg)
    put("names/é.jpg", jpeg)
    put("names/한글.txt", "낱말 몇 개 그리고 더".encode())
    put(b"names/byte\xff.jpg", jpeg)
    put(b"names/\xff\xfe.txt", b"one two three four")
    put("names/" + "n" * 246 + ".jpg", jpeg)
    put("names/" + "n" * 245 + "x.jpg", jpeg)
    put("names/" + "한" * 80 + ".jpg", jpeg)
    put("names/a@0.jpg", jpeg)
    put("names/a#1.txt", b"one two three four")
    put("names/-rf.jpg", jpeg)
    put("names/...jpg", jpeg)  # hidden
    put("names/%s%n{x}[bold].jpg", jpeg)
    put("folder.jpg/inside.jpg", jpeg)
    put("same/a.jpg", jpeg)
    put("same/a.png", png)
    put("same/A.jpg", jpeg)
    put("same/a__aug0.jpg", jpeg)
    put("same/a__aug0__aug0.jpg", jpeg)
    Image.new("P", (9, 9)).save(root / "same/a.gif")
    expected[b"same/a.gif"] = ""
    (root / "links").mkdir()
    (root / "links/loop").symlink_to("loop")
    (root / "links/up").symlink_to("..")
    (root / "links/broken.jpg").symlink_to("nowhere.jpg")
    (root / "links/outside.jpg").symlink_to(samples / "images/animal/cat.jpg")
    (root / "links/inside.jpg").symlink_to("../same/a.jpg")
    expected[b"links/inside.jpg"] = ""
    os.mkfifo(root / "links/pipe.jpg")
    left_out = {b"bad/page.jpg", b"suffix/.jpg", b"names/...jpg"}
    return root, {name: failure for name, failure in expected.items() if name not in left_out}


def records(output: Path) -> list[dict]:
    return [json.loads(line) for line in (output / "manifest.jsonl").read_text().splitlines()]


def on_disk(record: dict) -> str:
    """Ids are in NFC; a record says where its file lies when that is written otherwise."""
    assert unicodedata.is_normalized("NFC", record["source"])
    return record.get("path", record["source"])


def as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


@pytest.fixture(scope="module")
def first(tree, tmp_path_factory, augcli):
    folder = tmp_path_factory.mktemp("first")
    (folder / "p.yaml").write_text(PIPELINE)
    done = augcli("run", folder / "p.yaml", tree[0], "-o", folder / "out", "--device", "cpu", "--json")
    return folder / "out", done


def test_each_file_has_a_record_or_is_told_as_left_out(tree, first):
    output, done = first
    assert done.returncode == 1 and "Traceback" not in done.stderr and "internal" not in done.stderr
    summary = json.loads(done.stdout)
    expected = tree[1]
    failed = {as_bytes(on_disk(record)): record["error"]["code"] for record in records(output) if record["status"] == "failed"}
    assert failed == {name: code for name, code in expected.items() if code}
    copies = Counter(as_bytes(on_disk(record)) for record in records(output) if record["status"] == "done")
    assert copies == {name: 2 for name, code in expected.items() if not code}
    assert summary["failed"] == {code: 2 * count for code, count in Counter(failed.values()).items()}
    assert (summary["complete"], summary["missing"]) == (True, 0)
    assert summary["left_out"] == {
        "symlink.loop": 1, "symlink.folder": 1, "symlink.broken": 1, "symlink.outside": 1, "not_a_file": 1, "detect.other": 1,
    }  # fmt: skip
    assert len(summary["failures"]) == min(20, len(failed))


def test_every_output_has_a_name_of_its_own_that_is_not_too_long(first):
    made = [record for record in records(first[0]) if record["status"] == "done"]
    outputs = [record["output"] for record in made]
    assert len(outputs) == len(set(outputs))
    for record in made:
        path = os.path.join(os.fsencode(first[0]), as_bytes(record["output"]))
        assert os.stat(path).st_size == record["bytes"] > 0
        assert all(len(part) <= 255 for part in as_bytes(record["output"]).split(b"/"))


def test_formats_follow_the_bytes_not_the_name(first):
    outputs = {as_bytes(record["source"]): as_bytes(record.get("output", "")) for record in records(first[0])}
    assert outputs[b"suffix/a_png.jpg"].endswith(b"a_png__aug1.png")
    assert outputs[b"suffix/a_jpeg.png"].endswith(b"a_jpeg__aug1.jpg")
    assert outputs[b"suffix/UPPER.JPG"].endswith(b"UPPER__aug1.JPG")
    assert outputs[b"suffix/image_without"].endswith(b"image_without__aug1.jpg")
    assert outputs[b"same/a.png"].endswith(b"same/a__aug1.png")
    assert outputs[b"same/a.gif"].startswith(b"same/a-") and outputs[b"same/a.gif"].endswith(b"__aug1.png")


def test_codes_and_bytes_are_the_same_the_next_time(tree, first, make, tmp_path, contents):
    summary = make(PIPELINE, tree[0], tmp_path / "out", workers=3)
    assert contents(tmp_path / "out") == contents(first[0])
    assert summary.exit_code == 1
    again = make(PIPELINE, tree[0], tmp_path / "out")
    assert not again.made and again.exit_code == 1 and again.failed == summary.failed


def test_verify_replay_and_the_sums_take_all_names(first, augcli):
    output = first[0]
    verified = augcli("verify", output)
    assert verified.returncode == 0, verified.stdout
    replayed = augcli("replay", output)
    assert replayed.returncode == 0, replayed.stdout
    sums = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=output, capture_output=True)
    assert sums.returncode == 0, sums.stdout


@pytest.mark.parametrize(("allowed", "code"), [("0", 1), ("17", 1), ("18", 0), ("50%", 0), ("10%", 1), ("100%", 0)])
def test_how_many_errors_are_too_many(tree, make, tmp_path, allowed, code):
    summary = make(PIPELINE, tree[0], tmp_path / "out", max_errors=allowed)
    assert sum(summary.failed.values()) == 18
    assert summary.exit_code == code


def test_fail_fast_stops_early_and_the_next_run_goes_on(tree, make, tmp_path, contents, first):
    summary = make(PIPELINE, tree[0], tmp_path / "out", fail_fast=True, workers=1)
    assert summary.exit_code == 1 and summary.missing > 0 and not summary.complete
    make(PIPELINE, tree[0], tmp_path / "out")
    assert contents(tmp_path / "out") == contents(first[0])


def test_the_plan_shows_it_all(tree, augcli, pipeline_file):
    plain = augcli("plan", pipeline_file(PIPELINE), tree[0])
    assert plain.returncode == 0, plain.stderr
    assert "'same/A.jpg' and 'same/a.jpg' differ only in case" in plain.stdout
    lines = augcli("plan", pipeline_file(PIPELINE), tree[0], "--jsonl")
    assert len([json.loads(line) for line in lines.stdout.splitlines()]) == 2 * len(tree[1])


def test_the_output_may_lie_in_the_input(samples, make, tmp_path, contents):
    shutil.copytree(samples / "images", tmp_path / "data")
    make(PIPELINE, tmp_path / "data", tmp_path / "out")
    for folder in ("augmented", "animal/augmented"):
        make(PIPELINE, tmp_path / "data", tmp_path / "data" / folder)
        assert contents(tmp_path / "data" / folder) == contents(tmp_path / "out")
        again = make(PIPELINE, tmp_path / "data", tmp_path / "data" / folder)
        assert again.done_before == 28 and not again.made
    # Another run finds the outputs of the first ones, and leaves them out.
    summary = make(PIPELINE, tmp_path / "data", tmp_path / "third")
    assert contents(tmp_path / "third") == contents(tmp_path / "out")
    assert summary.left_out["augcli.output"] == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_missing_until_it_can_be_read(samples, make, tmp_path):
    (tmp_path / "data").mkdir()
    for name in ("a.jpg", "b.jpg"):
        shutil.copyfile(samples / "images/animal/duck.jpg", tmp_path / "data" / name)
    (tmp_path / "data" / "a.jpg").chmod(0)
    summary = make(PIPELINE, tmp_path / "data", tmp_path / "out")
    assert (summary.made, summary.missing, summary.exit_code) == ({"image": 2}, 2, 1)
    (tmp_path / "data" / "a.jpg").chmod(0o644)
    assert make(PIPELINE, tmp_path / "data", tmp_path / "out").exit_code == 0


def test_a_file_that_goes_while_the_run_is_on_is_missing_until_it_is_back(samples, make, tmp_path, contents):
    data = tmp_path / "data"
    shutil.copytree(samples / "images", data)
    make(PIPELINE, data, tmp_path / "clean")
    gone = data / "thing" / "screwdriver.jpg"
    content, status = gone.read_bytes(), gone.stat()

    def listen(event) -> None:
        gone.unlink(missing_ok=True)

    summary = make(PIPELINE, data, tmp_path / "out", workers=1, listen=listen)
    assert (dict(summary.failed), summary.missing, summary.complete, summary.exit_code) == ({}, 2, False, 1)
    assert summary.failures == [("thing/screwdriver.jpg@*", "io.gone", "the file no longer exists")]
    assert all(record["status"] == "done" for record in records(tmp_path / "out"))
    gone.write_bytes(content)
    os.utime(gone, ns=(status.st_atime_ns, status.st_mtime_ns))
    again = make(PIPELINE, data, tmp_path / "out")
    assert (again.made, again.exit_code) == ({"image": 2}, 0)
    assert contents(tmp_path / "out") == contents(tmp_path / "clean")


def test_a_file_that_changes_while_the_run_is_on_is_made_as_found_and_told_the_next_time(samples, make, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(samples / "images", data)
    changing = data / "thing" / "screwdriver.jpg"

    def listen(event) -> None:
        if type(event).__name__ == "Started":
            Image.new("RGB", (30, 30), "green").save(changing)

    summary = make(PIPELINE, data, tmp_path / "out", workers=1, listen=listen)
    assert summary.complete
    with pytest.raises(Exception, match="2 because a source has changed"):
        make(PIPELINE, data, tmp_path / "out")
    make(PIPELINE, data, tmp_path / "out", redo=True)
    assert make(PIPELINE, data, tmp_path / "out").done_before == 28


def test_no_source_is_modified(tree, first, samples):
    assert (tree[0] / "same/a.jpg").read_bytes() == (samples / "images/animal/duck.jpg").read_bytes()
    assert not any(name.startswith(".augcli") for _, folders, names in os.walk(tree[0]) for name in (*folders, *names))
