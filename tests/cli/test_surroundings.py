"""Closed and full streams, little memory, few files, no working directory: a message and the right code, nothing lost unsaid."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

AUGCLI = f"{shlex.quote(sys.executable)} -m augcli"


@pytest.fixture
def place(tmp_path, samples):
    (tmp_path / "p.yaml").write_text("seed: 7\nimage: [flip: {p: 0.5}]\n")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jpg").write_bytes((samples / "images/animal/cat.jpg").read_bytes())
    return tmp_path


def shell(place: Path, line: str, **env: str) -> tuple[int, str, str]:
    """What `augcli` in this line of sh does: its code, its results, its messages."""
    command = line.replace("augcli", AUGCLI, 1)
    done = subprocess.run(
        ["sh", "-c", command], cwd=place, capture_output=True, text=True, env={**os.environ, **env}, timeout=120
    )
    assert "Traceback" not in done.stderr and "internal error" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


PRINTING = [
    "--version", "--help", "check p.yaml", "check p.yaml --json", "plan p.yaml in", "plan p.yaml in --json",
    "plan p.yaml in --jsonl", "ops list", "ops show flip", "docs errors", "init in", "run p.yaml in -o out",
    "run p.yaml in -o out --json",
]  # fmt: skip


@pytest.mark.parametrize("arguments", PRINTING)
def test_results_that_cannot_be_printed_are_an_error(place, arguments):
    code, _, told = shell(place, f"augcli {arguments} >/dev/full")
    assert code == 74 and told.count("cannot write to standard output: No space left on device; results are lost") == 1
    code, _, told = shell(place, f"augcli {arguments} >&-")
    assert code == 73 and told.count("cannot write to standard output: Bad file descriptor; results are lost") == 1


@pytest.mark.parametrize("stderr", ["2>&-", "2>/dev/full"])
def test_messages_that_cannot_be_printed_change_no_exit_code(place, stderr):
    assert shell(place, f"augcli check p.yaml {stderr}")[:2] == (0, "p.yaml: valid (1 image steps)\n")
    assert shell(place, f"augcli check none.yaml {stderr}") == (2, "", "")
    assert shell(place, f"augcli chekc {stderr}") == (2, "", "")
    (place / "in" / "bad.jpg").write_bytes(b"\xff\xd8\xff")
    code, results, _ = shell(place, f"augcli run p.yaml in -o out --json {stderr}")
    assert code == 1 and json.loads(results)["failed"]
    assert shell(place, "augcli verify out")[0] == 0


@pytest.mark.parametrize("closed", ["<&- >&- 2>&-", "<&- 2>&-", "<&-"])
def test_no_file_gets_the_number_of_a_closed_stream(place, closed):
    """Otherwise messages would be written into the outputs."""
    (place / "in" / "bad.jpg").write_bytes(b"\xff\xd8\xff")
    code, _, _ = shell(place, f"augcli run p.yaml in -o out --workers 2 {closed}")
    assert code == (73 if ">&-" in closed.split() else 1)
    assert shell(place, "augcli verify out")[0] == 0
    assert shell(place, "augcli run p.yaml in -o open")[0] == 1
    for name in ("a__aug0.jpg", "manifest.jsonl", "SHA256SUMS"):
        assert (place / "out" / name).read_bytes() == (place / "open" / name).read_bytes()


def test_a_failure_keeps_its_code_where_standard_output_is_full(place):
    (place / "wrong.yaml").write_text("image: [flp]\n")
    assert shell(place, "augcli check wrong.yaml --json >/dev/full")[0] == 3
    assert shell(place, "augcli plan p.yaml none --json >/dev/full")[0] == 2


def test_standard_output_that_does_not_wait(place):
    """As some terminals and services leave it behind: a write may be told to come again later."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    command = [sys.executable, "-m", "augcli", "docs", "operations"]
    with subprocess.Popen(command, stdout=write, stderr=subprocess.PIPE) as process, open(read, "rb") as file:
        os.close(write)
        text = file.read()
        assert process.stderr.read() == b"" and process.wait() == 0
    assert len(text) > 65536 and text.decode() == shell(place, "augcli docs operations")[1]


def test_a_working_directory_that_is_gone(place):
    gone = "mkdir d; cd d; rmdir ../d;"
    for arguments in ("run ../p.yaml ../in -o o", f"run {place}/p.yaml {place}/in -o out", "check p.yaml"):
        code, _, told = shell(place, f"{gone} augcli {arguments}")
        assert code == 2 and told.startswith("augcli: ")
    assert shell(place, f"{gone} augcli --version")[0] == 0
    assert shell(place, f"{gone} augcli run {place}/p.yaml {place}/in -o {place}/out")[0] == 0


def test_little_address_space(place):
    code, _, told = shell(place, "ulimit -v 300000; augcli run p.yaml in -o out")
    assert code == 74 and "not enough memory" in told


@pytest.mark.parametrize("files", [6, 8, 10, 12, 20])
def test_few_open_files(place, files):
    code, _, told = shell(place, f"ulimit -n {files}; augcli run p.yaml in -o out")
    assert code == 0 or (code in (2, 73, 74) and "Too many open files" in told)


def test_a_poor_environment(place):
    line = f"env -i PYTHONPATH={shlex.quote(os.environ.get('PYTHONPATH', ''))} augcli run p.yaml in -o out"
    assert shell(place, line)[0] == 0
    nowhere = {"HOME": "/nonexistent", "XDG_CACHE_HOME": "/proc", "LC_ALL": "C", "TMPDIR": "/nonexistent"}
    assert shell(place, "augcli run p.yaml in -o out2", **nowhere)[0] == 0


EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\x7f\u202e\u2066\r"  # sets the title, clears the screen, turns text around


def test_nothing_from_a_file_steers_the_terminal(place):
    key, name = json.dumps(EVIL), shlex.quote(EVIL)
    (place / "evil.yaml").write_text(f"seed: 7\nimage: [{key}: {{p: 1}}, flip: {{{key}: {key}}}]\n")
    (place / f"{EVIL}.yaml").write_text("seed: 7\nimage: [flip: {p: 0.5}]\n")
    (place / "in" / f"{EVIL}.jpg").write_bytes(b"\xff\xd8\xff")
    (place / "in" / f"{EVIL}.zip").write_bytes(b"PK\x03\x04")
    for arguments in (
        "check evil.yaml", f"check {name}.yaml", f"check {name}", "plan p.yaml in", "run p.yaml in -o out", "verify out",
        f"run p.yaml {name} -o o2", f"check p.yaml --set {name}=1", f"ops show {name}", f"explain {name} --output out",
    ):  # fmt: skip
        _, results, told = shell(place, f"augcli {arguments}")
        raw = [char for char in results + told if not char.isprintable() and char != "\n"]
        assert not raw, (arguments, raw, results, told)
