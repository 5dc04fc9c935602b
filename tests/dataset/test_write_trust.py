"""What a stranger has put into an output folder, and what other processes do there, changes nothing but our own files."""

from __future__ import annotations

import errno
import os
import pathlib
import pickle
import shutil
import subprocess
import sys
import tempfile

import pytest

from augcli.core.values.outcome import OutputError, SampleError
from augcli.dataset.folders import name_problem
from augcli.dataset.write import Writer


def names(folder) -> list[str]:
    return sorted(name for _, _, files in os.walk(folder) for name in files)


def put(writer: Writer, method: str, relative: str, source) -> None:
    argument = {"write": b"new", "stream": [b"new"], "link": str(source), "take": str(source)}[method]
    getattr(writer, method)(relative, argument)


@pytest.mark.parametrize("method", ["write", "stream", "link", "take"])
@pytest.mark.parametrize(("linked", "relative"), [("cat", "cat/a"), ("deep/cat", "deep/cat/a"), ("cat", "cat/deep/a")])
def test_no_link_inside_the_folder_is_followed(tmp_path, method, linked, relative):
    (tmp_path / "home").mkdir()
    (tmp_path / "source").write_bytes(b"x")
    (tmp_path / "out" / linked).parent.mkdir(parents=True)
    (tmp_path / "out" / linked).symlink_to(tmp_path / "home")
    with pytest.raises(OutputError, match=rf"out/{linked}: it is a link or a file") as caught:
        put(Writer(str(tmp_path / "out")), method, relative, tmp_path / "source")
    assert caught.value.exit_code == 73 and os.listdir(tmp_path / "home") == []


@pytest.mark.parametrize("kind", ["file", "fifo", "broken link", "link to a file"])
def test_what_stands_in_the_place_of_a_folder_is_named(tmp_path, kind):
    place = tmp_path / "cat"
    if kind == "file":
        place.touch()
    elif kind == "fifo":
        os.mkfifo(place)
    else:
        place.symlink_to("there")
        if kind == "link to a file":
            (tmp_path / "there").touch()
    with pytest.raises(OutputError, match="cat: it is a link or a file where a folder must be"):
        Writer(str(tmp_path)).write("cat/a", b"x")


def test_a_folder_that_becomes_a_link_later_is_not_followed(tmp_path):
    (tmp_path / "home").mkdir()
    writer = Writer(str(tmp_path / "out"))
    writer.write("cat/a", b"x")
    os.rename(tmp_path / "out/cat", tmp_path / "out/dog")
    (tmp_path / "out/cat").symlink_to(tmp_path / "home")
    writer.write("cat/b", b"x")  # into the folder that is open
    assert names(tmp_path / "out/dog") == ["a", "b"] and names(tmp_path / "home") == []


@pytest.mark.parametrize("relative", ["../a", "a/../../b", "..", "a/..", "", "a/", "."])
def test_paths_that_leave_the_folder_are_refused(tmp_path, relative):
    (tmp_path / "out").mkdir()
    with pytest.raises(OutputError):
        Writer(str(tmp_path / "out")).write(relative, b"x")
    assert names(tmp_path) == []


def test_the_root_may_be_a_link(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to("disk")
    Writer(str(tmp_path / "out")).write("a/b", b"x")
    assert (tmp_path / "disk/a/b").read_bytes() == b"x"


def test_a_folder_deleted_meanwhile_is_made_again(tmp_path):
    writer = Writer(str(tmp_path / "out"))
    writer.write("a/b/c", b"x")
    shutil.rmtree(tmp_path / "out")
    writer.write("a/b/d", b"y")
    assert names(tmp_path / "out") == ["d"]


def open_below(folder) -> int:
    links = [f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd")]
    return sum(os.readlink(link).startswith(str(folder)) for link in links if os.path.islink(link))


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs /proc")
def test_not_all_folders_are_kept_open(tmp_path):
    writer = Writer(str(tmp_path))
    for number in range(300):
        writer.write(f"{number % 100}/{number}/x", b"x")
    assert len(names(tmp_path)) == 300 and 1 <= open_below(tmp_path) <= 64
    del writer
    assert open_below(tmp_path) == 0


def test_a_writer_sent_to_another_process_opens_its_own_folders(tmp_path):
    writer = Writer(str(tmp_path))
    writer.write("a/x", b"x")
    pickle.loads(pickle.dumps(writer)).write("a/y", b"y")
    writer.write("a/z", b"z")
    assert names(tmp_path) == ["x", "y", "z"]


@pytest.mark.parametrize("relative", ["n" * 256, f"{'f' * 256}/a", "é" * 128, f"a/{'n' * 300}.jpg"])
def test_a_name_that_is_too_long_costs_one_output(tmp_path, relative):
    (tmp_path / "source").touch()
    writer = Writer(str(tmp_path / "out"))
    for method in ("write", "link"):
        with pytest.raises(SampleError) as caught:
            put(writer, method, relative, tmp_path / "source")
        assert (caught.value.code, caught.value.stage) == ("output.name_too_long", "write")
        assert name_problem(relative, str(tmp_path)) == caught.value.message and "255" in caught.value.message
    with pytest.raises(OutputError, match="cannot write"):
        writer.stream(relative, [b"x"])
    writer.write("good", b"x")
    assert names(tmp_path) == ["good", "source"]


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EILSEQ])
def test_a_name_that_the_file_system_refuses_costs_one_output(tmp_path, monkeypatch, number):
    """Answered as vfat and ZFS answer it: no such file system can be expected here."""
    rename = os.rename

    def refuse(source, target, **folders):
        if target == "a:b":
            raise OSError(number, os.strerror(number))
        rename(source, target, **folders)

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(SampleError, match="the file system refuses the name") as caught:
        Writer(str(tmp_path)).write("a:b", b"x")
    assert caught.value.code == "output.name_refused" and names(tmp_path) == []


def test_paths_that_programs_cannot_open_are_known_beforehand():
    assert name_problem("n" * 255, "/out") is None and name_problem("a/\udcff/한글", "/out") is None
    deep = "/".join(["f" * 200] * 20)
    assert name_problem(deep, "/" + "r" * 70) is None
    assert "4,095" in str(name_problem(deep, "/" + "r" * 80))
    assert "256" in str(name_problem("a/" + "n" * 256 + "/b", "/out"))


WRITER = """
import os, sys
from augcli.dataset.write import Writer
os.getpid = lambda: 7  # as in containers that share a disk: each process has the same number
writer = Writer(sys.argv[1])
for place in range(500):
    writer.write(f"{place % 3}/shared-{place}", sys.argv[2].encode() * 3000)
    writer.write(f"{place % 3}/own-{place}-{sys.argv[2]}", sys.argv[2].encode() * 3000)
"""


def test_processes_with_the_same_number_do_not_meet(tmp_path):
    run = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(number)]) for number in range(4)]
    assert [process.wait() for process in run] == [0, 0, 0, 0]
    assert len(names(tmp_path)) == 5 * 500
    for path in tmp_path.glob("*/*"):
        content = path.read_bytes()
        assert len(content) == 3000 and len(set(content)) == 1
        assert "own" not in path.name or chr(content[0]) == path.name[-1]


def test_a_name_that_exists_is_left_alone_and_another_drawn(tmp_path, monkeypatch):
    draws = [b"\0" * 8, b"\0" * 8, b"\1" * 8]
    monkeypatch.setattr(os, "urandom", lambda count: draws.pop(0) if len(draws) > 1 else draws[0])
    taken = tmp_path / ".augcli-0000000000000000.tmp"
    taken.write_bytes(b"somebody else's")
    Writer(str(tmp_path)).write("a", b"x")
    assert taken.read_bytes() == b"somebody else's" and (tmp_path / "a").read_bytes() == b"x"
    draws[:] = [b"\0" * 8]
    with pytest.raises(OutputError):
        Writer(str(tmp_path)).write("b", b"x")
    assert taken.read_bytes() == b"somebody else's" and names(tmp_path) == [taken.name, "a"]


def test_only_regular_files_are_taken_over(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "none", "."):
        with pytest.raises(OutputError):
            Writer(str(tmp_path / "out")).take("a", str(tmp_path / name))
    assert names(tmp_path) == ["pipe"]


def test_files_are_copied_where_links_are_impossible(tmp_path):
    if not os.access("/dev/shm", os.W_OK) or os.stat("/dev/shm").st_dev == os.stat(tmp_path).st_dev:
        pytest.skip("needs a second file system")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
        source = pathlib.Path(other, "a")
        source.write_bytes(b"x" * 3_000_000)
        Writer(str(tmp_path)).take("b", str(source))
        assert (tmp_path / "b").read_bytes() == source.read_bytes() and names(tmp_path) == ["b"]
