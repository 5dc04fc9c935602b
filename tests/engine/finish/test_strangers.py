"""Outputs and shards that somebody else has prepared: nothing outside the output is touched, and nobody waits for a pipe."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from augcli.core.plan import Fingerprint
from augcli.core.values.outcome import Mismatch, OutputError
from augcli.engine.after.explain import find
from augcli.engine.after.replay import replay
from augcli.engine.after.verify import verify
from augcli.engine.finish.merge import merge
from augcli.engine.store.state_file import StateFile
from augcli.engine.store.units import DONE, NO_HASH, FrameBuilder, UnitEntry

TEXT = "seed: 7\ncopies: 1\nimage: [crop: {size: 16}]\n"
BAD_PATHS = ["../victim", "{root}/victim", "", "x\0y", ".augcli", "run.json", "a" * 10_000, "\udcffx", "sub/../../victim", "."]


@pytest.fixture
def data(tmp_path, samples) -> Path:
    shutil.copytree(samples / "images", tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def shards(make, data, tmp_path) -> list[str]:
    for number in range(2):
        make(TEXT, data, tmp_path / f"shard{number}", shard=(number, 2))
    return [str(tmp_path / f"shard{number}") for number in range(2)]


def some_output(folder: Path) -> Path:
    return sorted(folder.rglob("*__aug0*"))[0]


@pytest.mark.parametrize(
    "edit", ["a name", "a line less", "content", "a missing file", "a link", "a pipe", "the state", "run.json"]
)
def test_merge_refuses_what_is_not_as_it_was_made(shards, tmp_path, edit):
    (tmp_path / "planted").write_text("evil")
    shard = Path(shards[0])
    manifest = shard / "manifest.jsonl"
    lines = manifest.read_text().splitlines(keepends=True)
    victim = some_output(shard)
    if edit == "a name":
        manifest.write_text(json.dumps(json.loads(lines[0]) | {"output": "../planted"}) + "\n" + "".join(lines[1:]))
    elif edit == "a line less":
        manifest.write_text("".join(lines[1:]))
    elif edit == "content":
        victim.write_bytes(victim.read_bytes() + b"x")
    elif edit == "the state":
        data = bytearray((shard / ".augcli").read_bytes())
        data[len(data) // 2] ^= 1
        (shard / ".augcli").write_bytes(data)
    elif edit == "run.json":
        (shard / "run.json").write_text((shard / "run.json").read_text().replace('"complete": true', '"complete":  true'))
    else:
        victim.unlink()
        if edit == "a link":
            victim.symlink_to(tmp_path / "planted")
        elif edit == "a pipe":
            os.mkfifo(victim)
    with pytest.raises(Mismatch, match="shard0"):
        merge(shards, str(tmp_path / "deep" / "merged"))
    assert not list(tmp_path.glob("deep/*")) and (tmp_path / "planted").read_text() == "evil"


@pytest.mark.parametrize("path", BAD_PATHS, ids=repr)
def test_prune_removes_no_file_that_a_state_only_claims_to_be_ours(make, data, tmp_path, path):
    output = tmp_path / "out"
    make(TEXT, data, output)
    (tmp_path / "victim").write_text("victim")
    path = path.replace("{root}", str(tmp_path))
    state, builder = StateFile.for_writing(str(output)), FrameBuilder()
    record = {"id": "zzz@0", "source": "zzz", "copy": 0, "status": "done", "output": path, "sha256": "0" * 64}
    private = path.encode("utf-8", "surrogateescape")
    builder.add(UnitEntry(12345, Fingerprint(), DONE, 5, NO_HASH, json.dumps(record).encode(), private))
    for body in builder.take():
        state.append(body)
    state.close()
    assert make(TEXT, data, output, prune=True).pruned == 1
    assert (tmp_path / "victim").read_text() == "victim" and verify(str(output)).differences == []


@pytest.mark.parametrize("name", ["manifest.jsonl", "run.json", "SHA256SUMS"])
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_files_of_our_own_are_replaced_and_never_written_through(make, data, tmp_path, name, kind):
    output = tmp_path / "out"
    make(TEXT, data, output)
    before = (output / name).read_bytes()
    precious = tmp_path / "precious"
    precious.write_bytes(before)
    (output / name).unlink()
    if kind == "link":
        (output / name).symlink_to("../precious")
    else:
        os.mkfifo(output / name)
    for look in (lambda: verify(str(output)).differences, lambda: list(replay(str(output))), lambda: find("x", str(output))):
        try:
            assert look()
        except (Mismatch, OutputError) as error:
            assert name in str(error)
        except Exception as error:
            assert "no entry for 'x'" in str(error)
    assert make(TEXT, data, output).made == {}
    assert verify(str(output)).differences == [] and not (output / name).is_symlink()
    assert precious.read_bytes() == before


def test_an_output_that_is_a_pipe_is_told_by_all_and_awaited_by_none(make, data, tmp_path):
    output = tmp_path / "out"
    make(TEXT, data, output)
    pipe = some_output(output)
    pipe.unlink()
    os.mkfifo(pipe)
    name = str(pipe.relative_to(output))
    assert [tuple(one) for one in verify(str(output)).differences] == [("changed", name)]
    assert [one.verdict for one in replay(str(output), name)] == ["file missing"]


def test_a_folder_that_became_a_link_is_neither_believed_nor_entered(make, data, tmp_path):
    output, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    make(TEXT, data, output)
    shutil.move(output / "animal", elsewhere)
    (output / "animal").symlink_to("../elsewhere")
    kinds = {one.kind for one in verify(str(output)).differences}
    assert kinds == {"changed", "extra"}
    before = {path.name: path.stat().st_mtime_ns for path in elsewhere.iterdir()}
    with pytest.raises(OutputError, match="link or a file where a folder must be"):
        make(TEXT, data, output)
    assert {path.name: path.stat().st_mtime_ns for path in elsewhere.iterdir()} == before


def test_a_copy_without_its_state_goes_on_or_says_why_not(make, data, tmp_path, contents):
    output, copy = tmp_path / "out", tmp_path / "copy"
    make(TEXT, data, output)
    shutil.copytree(output, copy, ignore=shutil.ignore_patterns(".augcli"))
    with pytest.raises(OutputError, match="the pipeline is another one"):
        make(TEXT.replace("16", "17"), data, copy)
    assert not (copy / ".augcli").exists() and contents(copy) == contents(output)
    some_output(copy).write_bytes(b"changed")
    summary = make(TEXT, data, copy)
    assert (summary.done_before, summary.made) == (13, {"image": 1})
    assert contents(copy) == contents(output) and verify(str(copy)).differences == []


def test_an_output_of_the_version_before_is_recognised(make, data, tmp_path):
    (tmp_path / "out" / ".augcli" / "journal").mkdir(parents=True)
    (tmp_path / "out" / "run.json").write_text('{"v": 1, "complete": true}')
    with pytest.raises(OutputError, match="earlier version of augcli"):
        make(TEXT, data, tmp_path / "out")
    with pytest.raises(Exception, match="earlier version of augcli"):
        verify(str(tmp_path / "out"))
