"""Files appear whole or not at all, and errors of the folder are reported as such."""

from __future__ import annotations

import errno
import os
import threading
from hashlib import sha256

import pytest

from augcli.core.values.outcome import OutputError
from augcli.dataset.write import DiskFull, Sink, Writer, sweep, trouble


def names(folder) -> list[str]:
    return sorted(name for _, _, files in os.walk(folder) for name in files)


def test_folders_are_made_on_the_way(tmp_path):
    writer = Writer(str(tmp_path))
    writer.write("a/b/c.bin", b"one")
    writer.write("a/b/d.bin", b"")
    writer.write("e.bin", b"two")
    assert (tmp_path / "a/b/c.bin").read_bytes() == b"one"
    assert (tmp_path / "a/b/d.bin").read_bytes() == b""
    assert names(tmp_path) == ["c.bin", "d.bin", "e.bin"]


def test_an_older_file_is_replaced_not_changed(tmp_path):
    (tmp_path / "source").write_bytes(b"precious")
    os.link(tmp_path / "source", tmp_path / "out")  # as after a merge: two names, one file
    Writer(str(tmp_path)).write("out", b"new")
    assert (tmp_path / "out").read_bytes() == b"new" and (tmp_path / "source").read_bytes() == b"precious"


def test_an_older_link_is_replaced_not_followed(tmp_path):
    (tmp_path / "source").write_bytes(b"precious")
    (tmp_path / "out").symlink_to("source")
    Writer(str(tmp_path)).write("out", b"new")
    assert not (tmp_path / "out").is_symlink() and (tmp_path / "source").read_bytes() == b"precious"


@pytest.mark.parametrize("method", ["write", "stream", "link"])
def test_what_cannot_be_written_leaves_nothing_behind(tmp_path, method):
    (tmp_path / "taken" / "inside").mkdir(parents=True)
    argument = {"write": b"data", "stream": [b"da", b"ta"], "link": str(tmp_path / "source")}[method]
    (tmp_path / "source").write_bytes(b"x")
    with pytest.raises(OutputError, match=r"cannot write .*taken") as caught:
        getattr(Writer(str(tmp_path)), method)("taken", argument)
    assert caught.value.exit_code == 73
    assert names(tmp_path) == ["source"]


def test_a_stream_that_breaks_off_leaves_the_older_file(tmp_path):
    (tmp_path / "out").write_bytes(b"old")

    def chunks():
        yield b"half"
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        Writer(str(tmp_path)).stream("out", chunks())
    assert (tmp_path / "out").read_bytes() == b"old" and names(tmp_path) == ["out"]


def test_a_stream_tells_its_hash_and_length(tmp_path):
    assert Writer(str(tmp_path)).stream("out", [b"ab", b"", b"c"]) == (sha256(b"abc").hexdigest(), 3)
    assert (tmp_path / "out").read_bytes() == b"abc"


def test_links_are_relative_to_where_they_lie(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.jpg").write_bytes(b"image")
    (tmp_path / "via").symlink_to("data")
    Writer(str(tmp_path / "out")).link("deep/er/a.jpg", str(tmp_path / "via" / "a.jpg"))
    assert os.readlink(tmp_path / "out/deep/er/a.jpg") == "../../../data/a.jpg"
    os.rename(tmp_path / "out", tmp_path / "moved")
    assert (tmp_path / "moved/deep/er/a.jpg").read_bytes() == b"image"


def test_files_are_taken_over_as_hard_links_and_links_as_links(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    (tmp_path / "one/a").write_bytes(b"a")
    (tmp_path / "one/b").symlink_to("a")
    writer = Writer(str(tmp_path / "two"))
    writer.take("deep/a", str(tmp_path / "one/a"))
    writer.take("b", str(tmp_path / "one/b"))
    assert (tmp_path / "two/deep/a").samefile(tmp_path / "one/a")
    assert os.readlink(tmp_path / "two/b") == "../one/a"


def test_many_threads_write_into_the_same_folders(tmp_path):
    writer = Writer(str(tmp_path))

    def work(number: int) -> None:
        for place in range(50):
            writer.write(f"{place % 5}/{place}-{number}", b"%d" % number * 100)
            writer.write(f"shared/{place}", b"%d" % number * 100)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(tmp_path)) == 4 * 50 + 50
    assert all(len(set((tmp_path / "shared" / str(place)).read_bytes())) == 1 for place in range(50))


@pytest.mark.parametrize("name", ["line\nbreak", "byte\udcff", "한글", "n" * 255])
def test_any_name_that_the_disk_takes(tmp_path, name):
    Writer(str(tmp_path)).write(name, b"x")
    assert names(tmp_path) == [name]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_no_room_is_told_apart(number):
    error = trouble(OSError(number, "x"), "/out/a")
    assert isinstance(error, DiskFull) and error.exit_code == 74
    assert "/out/a" in str(error) and "run the same command again" in str(error)


def test_only_our_own_temporary_files_are_swept(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "elsewhere").mkdir()
    for name in (".augcli-0123456789abcdef.tmp", "deep/.augcli-ffffffffffffffff.tmp"):
        (tmp_path / name).write_bytes(b"torn")
    (tmp_path / "deep/.augcli-aaaaaaaaaaaaaaaa.tmp").symlink_to("nowhere")
    kept = ["a.tmp", ".augcli", ".augcli-0123456789abcde.tmp", ".augcli-0123456789ABCDEF.tmp", ".augcli-0123456789abcdef.tmp\n"]
    kept += ["deep/x.augcli-0123456789abcdef.tmp", "deep/.augcli-1-2.tmp", "elsewhere/.augcli-0123456789abcdef.tmp"]
    for name in kept:
        (tmp_path / name).write_bytes(b"kept")
    os.mkfifo(tmp_path / ".augcli-bbbbbbbbbbbbbbbb.tmp")
    (tmp_path / ".augcli-cccccccccccccccc.tmp").mkdir()
    os.rename(tmp_path / "elsewhere", tmp_path.parent / f"{tmp_path.name}-elsewhere")
    (tmp_path / "link").symlink_to(tmp_path.parent / f"{tmp_path.name}-elsewhere")
    assert sweep(str(tmp_path)) == 3
    left = [*(os.path.basename(name) for name in kept if "elsewhere" not in name), ".augcli-bbbbbbbbbbbbbbbb.tmp"]
    assert names(tmp_path) == sorted(left)
    assert (tmp_path / "link" / ".augcli-0123456789abcdef.tmp").exists()


def test_a_sink_hashes_what_goes_in(tmp_path):
    with Sink(str(tmp_path / "file")) as sink:
        for part in (b"ab", b"cd"):
            sink.write(part)
    assert sink.hexdigest() == sha256(b"abcd").hexdigest() and (tmp_path / "file").read_bytes() == b"abcd"
    with pytest.raises(OutputError), Sink(str(tmp_path / "no" / "file")):
        pass
