"""File systems that are full or not writable: a clear message, the right exit code, and resuming afterwards."""

from __future__ import annotations

import os
import resource
import subprocess
from pathlib import Path

import pytest

PIPELINE = "seed: 7\ncopies: 4\nimage: [flip: {p: 0.5}, crop: {size: 100}]\ntext: [random_delete: {rate: 0.2}]\n"


@pytest.fixture
def small_disk(tmp_path):
    """small_disk(bytes): a file system of its own, of this size. Needs to be root."""
    mounted: list[Path] = []

    def mount(size: int, options: str = "") -> Path:
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}{options}", "tmpfs", str(folder)]
        if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
            pytest.skip("may not mount file systems here")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


@pytest.mark.parametrize("size", ["8k", "60k", "400k"])
def test_a_full_disk_stops_the_run_which_goes_on_when_there_is_room(
    small_disk, augcli, samples, pipeline_file, make, tmp_path, contents, size
):
    disk = small_disk(size)
    command = ["run", pipeline_file(PIPELINE), samples, "-o", disk / "out", "--device", "cpu", "--workers", "2"]
    for _ in range(2):  # trying again without room changes nothing
        done = augcli(*command)
        assert done.returncode == 74, done.stderr
        assert "no space left" in done.stderr and "free some space and run the same command again" in done.stderr
        assert "Traceback" not in done.stderr and "internal" not in done.stderr
        assert done.stdout == ""
    temporary = [name for _, _, names in os.walk(disk) for name in names if name.endswith(".tmp")]
    assert temporary == []
    remount(disk, "size=20m")
    done = augcli(*command)
    assert done.returncode == 0, done.stderr
    make(PIPELINE, samples, tmp_path / "clean")
    assert contents(disk / "out") == contents(tmp_path / "clean")


def test_a_disk_that_fills_up_while_the_manifest_is_written(small_disk, augcli, samples, pipeline_file, make, tmp_path, contents):
    disk = small_disk("20m")
    command = ["run", pipeline_file(PIPELINE), samples, "-o", disk / "out", "--device", "cpu"]
    assert augcli(*command).returncode == 0
    before = contents(disk / "out")
    used = os.statvfs(disk)
    (disk / "out" / "SHA256SUMS").unlink()  # so that there is something to write
    (disk / "ballast").write_bytes(bytes((used.f_bavail - 3) * used.f_bsize))
    done = augcli(*command)
    assert done.returncode == 74, done.stderr
    assert contents(disk / "out") == {name: digest for name, digest in before.items() if name != "SHA256SUMS"}
    (disk / "ballast").unlink()
    assert augcli(*command).returncode == 0
    assert contents(disk / "out") == before


def test_a_read_only_disk(small_disk, augcli, samples, pipeline_file):
    disk = small_disk("2m")
    command = ["run", pipeline_file(PIPELINE), samples / "texts", "-o"]
    assert augcli(*command, disk / "out").returncode == 0
    remount(disk, "ro")
    for output in (disk / "out", disk / "new"):
        done = augcli(*command, output)
        assert done.returncode == 73
        assert "Read-only file system" in done.stderr and len(done.stderr.splitlines()) == 1
    # Looking is still possible.
    assert augcli("verify", disk / "out").returncode == 0
    assert augcli("replay", disk / "out").returncode == 0
    remount(disk, "rw")


@pytest.mark.parametrize("where", ["file", "file/below", "/proc/nothing", "others"])
def test_an_output_that_cannot_be(augcli, samples, pipeline_file, tmp_path, where):
    (tmp_path / "file").write_text("x")
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "thesis.txt").write_text("precious")
    done = augcli("run", pipeline_file(PIPELINE), samples, "-o", tmp_path / where)
    assert done.returncode == 73
    assert len(done.stderr.splitlines()) == 1 and "internal" not in done.stderr
    assert (tmp_path / "others" / "thesis.txt").read_text() == "precious"
    assert os.listdir(tmp_path / "others") == ["thesis.txt"]


def test_files_may_not_become_large_enough(augcli, samples, pipeline_file, tmp_path):
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))

    command = ["run", pipeline_file(PIPELINE), samples / "images", "-o", tmp_path / "out", "--device", "cpu"]
    done = augcli(*command, preexec_fn=limit)
    assert done.returncode == 74 and "File too large" in done.stderr and "internal" not in done.stderr
    assert augcli(*command).returncode == 0
