from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from augcli.core.values.outcome import UserError
from augcli.dataset.walk import STATE_MAGIC, Entry, Skipped, walk


def tree(root: Path, *names: str) -> Path:
    for name in names:
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(name.encode("utf-8", "surrogateescape").hex())
    return root


def files(root: Path | str, **options: object) -> list[str]:
    return [found.relative for found in walk(str(root), **options) if isinstance(found, Entry)]


def skipped(root: Path | str, **options: object) -> dict[str, str]:
    return {found.relative: found.reason for found in walk(str(root), **options) if isinstance(found, Skipped)}


def test_files_of_a_folder_then_its_folders_by_bytes(tmp_path: Path) -> None:
    tree(
        tmp_path,
        "b/2.txt",
        "b/10.txt",
        "a.txt",
        "z.txt",
        "B.txt",
        "b/a/x.txt",
        "b.txt",
        "é.txt",
        "a/y.txt",
        "🌍.txt",
        "\uffee.txt",
    )
    assert files(tmp_path) == [
        "B.txt", "a.txt", "b.txt", "z.txt", "é.txt", "\uffee.txt", "🌍.txt", "a/y.txt", "b/10.txt", "b/2.txt", "b/a/x.txt",
    ]  # fmt: skip


def test_entries_tell_size_and_time(tmp_path: Path) -> None:
    path = tree(tmp_path, "a.txt") / "a.txt"
    os.utime(path, ns=(5, 1_234_567_890_123_456_789))
    assert list(walk(str(tmp_path))) == [Entry("a.txt", 10, 1_234_567_890_123_456_789)]


def test_names_stay_as_they_are(tmp_path: Path) -> None:
    nfd, nfc = "e\u0301.txt", "\u00e9.txt"
    wrong = os.fsdecode(b"caf\xe9.txt")
    names = [
        "new\nline.txt",
        nfc,
        nfd,
        wrong,
        "🌍 x.txt",
        " spaced .txt",
        "back\\slash.txt",
        "a" * 251 + ".txt",
        os.fsdecode(b"d\xff/in.txt"),
    ]
    found = files(tree(tmp_path, *names))
    assert sorted(found) == sorted(names)
    flat = [name for name in found if "/" not in name]
    assert flat == sorted(flat, key=os.fsencode)
    assert all(os.path.exists(os.path.join(tmp_path, name)) for name in found)


@pytest.mark.parametrize("environment", [{"LC_ALL": "C", "PYTHONUTF8": "0"}, {"LC_ALL": "tr_TR.UTF-8"}, {"PYTHONHASHSEED": "7"}])
def test_the_order_is_the_same_in_any_locale(tmp_path: Path, environment: dict[str, str]) -> None:
    tree(tmp_path, "I.txt", "i.txt", "ı.txt", "İ.txt", "z/a.txt", "ä/a.txt", os.fsdecode(b"\xe4.txt"), "🌍.txt")
    script = """
import os, sys
from augcli.dataset.walk import walk
print([os.fsencode(found.relative) for found in walk(sys.argv[1])])
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **environment})
    assert done.stdout.strip() == str([os.fsencode(name) for name in files(tmp_path)])


def test_hidden_files_and_junk_are_skipped_without_a_word(tmp_path: Path) -> None:
    tree(
        tmp_path, "a.jpg", "._a.jpg", ".DS_Store", ".git/config", "Thumbs.db", "desktop.ini", "@eaDir/a.jpg", "__MACOSX/a.jpg",
        ".ipynb_checkpoints/a.txt", "d/.hidden", "d/b.jpg",
    )  # fmt: skip
    assert [found.relative for found in walk(str(tmp_path))] == ["a.jpg", "d/b.jpg"]


def test_a_hidden_root_is_walked(tmp_path: Path) -> None:
    assert files(tree(tmp_path / ".data", "a.txt")) == ["a.txt"]


def test_our_own_outputs_are_not_input(tmp_path: Path) -> None:
    """Neither those of an earlier version, whose state was a folder; a file of that name with other content marks nothing."""
    tree(tmp_path, "in/a.jpg", "old/.augcli/run.json", "old/train/a__aug0.jpg", "x/.augcli", "x/b.jpg", "out/train/a__aug0.jpg")
    (tmp_path / "out" / ".augcli").write_bytes(STATE_MAGIC + b"...")
    assert files(tmp_path) == ["in/a.jpg", "x/b.jpg"]
    assert skipped(tmp_path) == {"old": "augcli.output", "out": "augcli.output"}
    assert list(walk(str(tmp_path / "out"))) == [Skipped(".", "augcli.output")]


def test_exclude(tmp_path: Path) -> None:
    tree(tmp_path, "a/1.txt", "a/out/2.txt", "a/out2/3.txt", "b.txt")
    assert files(tmp_path, exclude=[str(tmp_path / "a" / "out")]) == ["b.txt", "a/1.txt", "a/out2/3.txt"]
    assert files(tmp_path, exclude=[str(tmp_path / "b.txt"), str(tmp_path / "nowhere")]) == [
        "a/1.txt",
        "a/out/2.txt",
        "a/out2/3.txt",
    ]
    assert skipped(tmp_path, exclude=[str(tmp_path / "a")]) == {}
    assert files(tmp_path / "a", exclude=[str(tmp_path)]) == []
    alias = tmp_path.parent / "alias"
    alias.symlink_to(tmp_path)
    assert files(alias, exclude=[str(alias / "a")]) == ["b.txt"]
    assert files(tmp_path, exclude=[str(alias / "a")]) == ["b.txt"]


def test_links(tmp_path: Path) -> None:
    tree(tmp_path / "root", "real/a.txt")
    tree(tmp_path, "outside.txt", "root-2/near.txt")
    for name, target in {
        "file": "real/a.txt", "absolute": str(tmp_path / "root/real/a.txt"), "chain": "file", "folder": "real", "up": "..",
        "itself": "itself", "one": "two", "two": "one", "broken": "nowhere", "through": "real/a.txt/x",
        "outside": "../outside.txt", "near": "../root-2/near.txt", "etc": "/etc/hostname", "device": "/dev/null",
    }.items():  # fmt: skip
        (tmp_path / "root" / name).symlink_to(target)
    found = {entry.relative: entry for entry in walk(str(tmp_path / "root")) if isinstance(entry, Entry)}
    assert set(found) == {"file", "absolute", "chain", "real/a.txt"}
    assert found["chain"][1:] == found["real/a.txt"][1:]
    assert skipped(tmp_path / "root") == {
        "folder": "symlink.folder", "up": "symlink.folder", "itself": "symlink.loop", "one": "symlink.loop",
        "two": "symlink.loop", "broken": "symlink.broken", "through": "symlink.broken", "outside": "symlink.outside",
        "near": "symlink.outside", "etc": "symlink.outside", "device": "not_a_file",
    }  # fmt: skip


def test_a_link_into_an_excluded_folder_does_not_bring_it_back(tmp_path: Path) -> None:
    tree(tmp_path, "out/a.txt", "b.txt")
    (tmp_path / "link.txt").symlink_to("out/a.txt")
    assert files(tmp_path, exclude=[str(tmp_path / "out")]) == ["b.txt"]


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as end:
        before = os.getcwd()
        os.chdir(tmp_path)  # a socket's path is at most 108 bytes
        try:
            end.bind("socket")
        finally:
            os.chdir(before)
        assert list(walk(str(tmp_path))) == [Skipped("pipe", "not_a_file"), Skipped("socket", "not_a_file")]
    assert list(walk(str(tmp_path / "pipe"))) == [Skipped("pipe", "not_a_file")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    tree(tmp_path, "a/1.txt", "b/2.txt")
    (tmp_path / "a").chmod(0)
    try:
        assert [found.relative for found in walk(str(tmp_path))] == ["a", "b/2.txt"]
        assert skipped(tmp_path) == {"a": "walk.permission"}
    finally:
        (tmp_path / "a").chmod(0o755)


def test_a_folder_that_vanishes_meanwhile(tmp_path: Path) -> None:
    tree(tmp_path, "0.txt", "a/1.txt", "b/2.txt")
    walker = walk(str(tmp_path))
    assert next(walker).relative == "0.txt"
    (tmp_path / "a" / "1.txt").unlink()
    (tmp_path / "a").rmdir()
    assert [next(walker), next(walker).relative] == [Skipped("a", "walk.vanished"), "b/2.txt"]


def test_a_root_that_is_a_file(tmp_path: Path) -> None:
    tree(tmp_path, "a.txt")
    assert [found.relative for found in walk(str(tmp_path / "a.txt"))] == ["a.txt"]
    (tmp_path / "link.txt").symlink_to("a.txt")
    assert [found.relative for found in walk(str(tmp_path / "link.txt"))] == ["link.txt"]
    assert files(tmp_path / "a.txt", exclude=[str(tmp_path)]) == []


def test_a_root_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No such file"):
        list(walk(str(tmp_path / "nowhere")))


def test_ignore_files(tmp_path: Path) -> None:
    tree(
        tmp_path, "a.tmp", "a.txt", "keep.tmp", "build/x.txt", "sub/build/x.txt", "sub/b.tmp", "sub/deep/c.tmp", "sub/deep/d.txt",
        "top.txt", "sub/top.txt", "sub/only.md",
    )  # fmt: skip
    (tmp_path / ".augcliignore").write_text("# scratch\n*.tmp\n!keep.tmp\nbuild/\n/top.txt\n")
    (tmp_path / "sub" / ".augcliignore").write_text("!b.tmp\n/only.md\n")
    assert files(tmp_path) == ["a.txt", "keep.tmp", "sub/b.tmp", "sub/top.txt", "sub/deep/d.txt"]
    assert skipped(tmp_path) == {}


def test_an_ignored_folder_is_not_even_opened(tmp_path: Path) -> None:
    tree(tmp_path, "old/.augcliignore", "old/a.txt", "b.txt")
    (tmp_path / "old" / ".augcliignore").write_text("!*\n!\n")  # would be an error
    (tmp_path / ".augcliignore").write_text("old\n")
    assert files(tmp_path) == ["b.txt"]


def test_a_wrong_ignore_file_is_the_users_mistake(tmp_path: Path) -> None:
    tree(tmp_path, "b.txt")
    (tmp_path / ".augcliignore").write_text("!\n")
    with pytest.raises(UserError, match="augcliignore"):
        files(tmp_path)


def test_links_can_be_ignored(tmp_path: Path) -> None:
    tree(tmp_path, "b.txt")
    (tmp_path / "broken.lnk").symlink_to("nowhere")
    (tmp_path / ".augcliignore").write_text("*.lnk\n")
    assert [found.relative for found in walk(str(tmp_path))] == ["b.txt"]


def test_it_streams(tmp_path: Path) -> None:
    """What lies in later folders is not looked at before it is asked for."""
    tree(tmp_path, "a/1.txt", "b/2.txt")
    walker = walk(str(tmp_path))
    assert next(walker).relative == "a/1.txt"
    tree(tmp_path, "b/3.txt")
    assert [found.relative for found in walker] == ["b/2.txt", "b/3.txt"]


def test_very_deep_trees(tmp_path: Path) -> None:
    """Deeper than Python recurses; where the path becomes too long for the system, that is told."""
    folder = os.open(tmp_path, os.O_RDONLY)
    depth = 1500
    for _ in range(depth):
        os.mkdir("dd", dir_fd=folder)
        below = os.open("dd", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
    found = list(walk(str(tmp_path)))
    subprocess.run(["rm", "-r", str(tmp_path / "dd")], check=True)  # pytest's own clean-up recurses
    assert len(found) == 1
    assert found[0][1] == "walk.error"
    assert len(found[0].relative) > 3500


@pytest.mark.slow
def test_fifty_thousand_files(tmp_path: Path) -> None:
    for folder in range(100):
        os.makedirs(tmp_path / str(folder))
        for number in range(500):
            os.close(os.open(f"{tmp_path}/{folder}/{number}.jpg", os.O_CREAT | os.O_WRONLY))
    begin = time.perf_counter()
    assert sum(1 for _ in walk(str(tmp_path))) == 50_000
    assert time.perf_counter() - begin < 2  # measured: 0.17 s; the margin is for busy machines
