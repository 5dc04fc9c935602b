"""Folders are listed whole and cheaply, and whatever lies in them as our own files is read only if it is a file."""

from __future__ import annotations

import os
import socket
import tracemalloc
from pathlib import Path

import pytest

from augcli.core.values.outcome import UserError
from augcli.dataset.walk import STATE_MAGIC, Entry, Skipped, folders, walk


def tree(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name.encode().hex())
    return root


def files(root: Path) -> list[str]:
    return [found.relative for found in walk(str(root)) if isinstance(found, Entry)]


def test_nothing_but_a_small_regular_file_is_read_as_an_ignore_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("b.txt\n")
    for number, (make, message) in enumerate(
        {
            lambda path: os.mkfifo(path): "not a regular file",
            lambda path: path.mkdir(): "not a regular file",
            lambda path: path.symlink_to("/dev/zero"): "leaves the input folder",
            lambda path: path.symlink_to(tmp_path / "secret"): "leaves the input folder",
            lambda path: path.symlink_to("../../secret"): "leaves the input folder",
            lambda path: path.symlink_to("pipe"): "not a regular file",
            lambda path: path.symlink_to("nowhere"): "No such file",
            lambda path: path.symlink_to(path.name): "not a regular file",
            lambda path: path.write_bytes(b"a\n" * 200_000): "256 KiB",
            lambda path: socket.socket(socket.AF_UNIX).bind(os.path.relpath(path)): "not a regular file",
        }.items()
    ):
        root = tree(tmp_path / str(number), "deep/b.txt")
        os.mkfifo(root / "deep" / "pipe")
        make(root / "deep" / ".augcliignore")
        with pytest.raises(UserError, match=rf"augcliignore: .*({message})"):
            files(root)


def test_an_ignore_file_may_be_a_link_within_the_root(tmp_path: Path) -> None:
    tree(tmp_path, "a/b.txt", "a/c.txt")
    (tmp_path / "patterns").write_bytes(b"b.txt\r\npatterns")
    (tmp_path / "a" / ".augcliignore").symlink_to("../patterns")
    assert files(tmp_path) == ["patterns", "a/c.txt"]


@pytest.mark.parametrize("kind", ["fifo", "link to a state", "link to nothing", "device"])
def test_what_only_looks_like_a_state_marks_nothing(tmp_path: Path, kind: str) -> None:
    tree(tmp_path, "x/b.jpg")
    (tmp_path / "state").write_bytes(STATE_MAGIC)
    place = tmp_path / "x" / ".augcli"
    if kind == "fifo":
        os.mkfifo(place)
    else:
        place.symlink_to({"link to a state": "../state", "link to nothing": "none", "device": "/dev/zero"}[kind])
    assert files(tmp_path) == ["state", "x/b.jpg"]


def test_folders_are_listed_whole(tmp_path: Path) -> None:
    tree(tmp_path, "b.txt", "a.txt", "empty/.hidden", "z/y/c.txt", "z/d.txt")
    (tmp_path / "z" / "link").symlink_to("nowhere")
    found = list(folders(str(tmp_path)))
    assert [(one.prefix, one.names) for one in found] == [
        ("", ["a.txt", "b.txt"]), ("empty/", []), ("z/", ["d.txt"]), ("z/y/", ["c.txt"]),
    ]  # fmt: skip
    assert [one.skipped for one in found] == [[], [], [Skipped("z/link", "symlink.broken")], []]
    assert [(one.sizes.dtype, one.mtimes.dtype) for one in found] == [("int64", "int64")] * 4
    assert found[0].sizes.tolist() == [10, 10]
    assert found[0].mtimes.tolist() == [os.stat(tmp_path / name).st_mtime_ns for name in found[0].names]


def test_the_digest_of_a_folder_changes_with_its_files_alone(tmp_path: Path) -> None:
    tree(tmp_path, "a.txt", "b.txt", "deep/c.txt")
    for name in ("a.txt", "b.txt"):
        os.utime(tmp_path / name, ns=(1, 1))

    def digest() -> bytes:
        return next(iter(folders(str(tmp_path)))).digest

    seen = {digest()}
    assert len(digest()) == 16
    tree(tmp_path, "deep/d.txt", ".hidden")
    (tmp_path / "new").mkdir()
    (tmp_path / "link").symlink_to("nowhere")
    assert digest() in seen
    for change in (
        lambda: os.utime(tmp_path / "a.txt", ns=(2, 2)),
        lambda: os.truncate(tmp_path / "a.txt", 3) or os.utime(tmp_path / "a.txt", ns=(2, 2)),
        lambda: os.rename(tmp_path / "a.txt", tmp_path / "c.txt"),
        lambda: (tmp_path / "a.txt").symlink_to("b.txt"),
        lambda: (tmp_path / "b.txt").unlink(),
        lambda: (tmp_path / "c.txt").unlink(),
    ):
        change()
        assert digest() not in seen
        seen.add(digest())


def test_a_large_folder_takes_little_memory(tmp_path: Path) -> None:
    for number in range(20_000):
        os.close(os.open(tmp_path / f"image_{number:07}.jpg", os.O_CREAT | os.O_WRONLY))
    next(iter(folders(str(tmp_path))))  # imports
    tracemalloc.start()
    try:
        count = sum(1 for _ in walk(str(tmp_path)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 20_000 and peak / count < 300  # bytes
