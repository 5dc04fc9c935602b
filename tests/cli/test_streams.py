"""Results go to stdout, messages to stderr: for people, pipes and programs."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import termios

import pytest
import typer.main

import augcli
from augcli.cli.app import app

PIPELINE = "seed: 7\ncopies: 2\nimage: [flip: {p: 0.5}, crop: {size: 16}]\ntext: [random_delete: {rate: 0.2}]\n"


@pytest.fixture(scope="module")
def finished(tmp_path_factory, samples, augcli):
    folder = tmp_path_factory.mktemp("finished")
    (folder / "p.yaml").write_text(PIPELINE)
    assert augcli("run", folder / "p.yaml", samples, "-o", folder / "out", "--device", "cpu").returncode == 0
    return folder


def commands():
    """Every command with its parameters, groups' own ones too."""

    def walk(command, path):
        yield " ".join(path), command
        for name, below in getattr(command, "commands", {}).items():
            yield from walk(below, [*path, name])

    return list(walk(typer.main.get_command(app), ["augcli"]))


def test_every_command_and_every_option_has_help():
    for path, command in commands():
        assert command.help, path
        for parameter in command.params:
            assert getattr(parameter, "help", None), (path, parameter.name)


@pytest.mark.parametrize("path", [path for path, _ in commands()])
def test_help_is_printed_on_standard_output(command, path):
    for flag in ("--help", "-h"):
        ended = command(*path.split()[1:], flag)
        assert (ended.code, ended.err) == (0, "") and "Usage" in ended.out


def test_version(command):
    assert command("--version") == (0, f"augcli {augcli.__version__}\n", "")


def loaded_by(arguments: list[str], *names: str) -> list[str]:
    """The lines that a command prints, and last which of these modules it has imported."""
    code = "import sys; from augcli.cli.app import main\ntry: main()\nexcept SystemExit: pass\n"
    code += f"print([name for name in {names} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_help_and_version_import_nothing_heavy():
    loaded = loaded_by(["--version"], "torch", "numpy", "cv2", "pydantic", "PIL", "rich.console")
    assert loaded == [f"augcli {augcli.__version__}", "[]"]


def test_a_run_on_images_and_texts_imports_no_torch(samples, pipeline_file, tmp_path):
    arguments = ["run", pipeline_file(PIPELINE), str(samples), "-o", str(tmp_path / "out"), "--json"]
    assert loaded_by(arguments, "torch", "torchaudio", "torchvision", "nlpaug", "scipy")[-1] == "[]"


def test_check_imports_nothing_that_reads_data(pipeline_file):
    told, loaded = loaded_by(["check", pipeline_file(PIPELINE)], "torch", "numpy", "cv2", "PIL", "soundfile", "rich")
    assert "valid" in told and loaded == "[]"


def json_lines(finished, samples):
    pipeline, output = finished / "p.yaml", finished / "out"
    return [
        ("run", pipeline, samples, "-o", output, "--json"),
        ("run", pipeline, samples, "-o", output, "--json", "--dry-run"),
        ("plan", pipeline, samples, "--json"),
        ("check", pipeline, "--json"),
        ("verify", output, "--json"),
        ("replay", output, "--json"),
        ("ops", "list", "--json"),
        ("ops", "show", "flip", "--json"),
        ("explain", output / "images/animal/cat__aug0.jpg", "--json"),
        ("init", samples, "--json"),
    ]


@pytest.mark.parametrize("number", range(10))
def test_json_is_the_only_thing_on_standard_output(command, finished, samples, number):
    ended = command(*json_lines(finished, samples)[number])
    assert ended.code == 0, ended.err
    assert ended.out.endswith("\n") and isinstance(json.loads(ended.out), (dict, list))
    assert ended.out.isascii()


def test_json_of_failures(command, finished, samples, pipeline_file, tmp_path):
    checked = command("check", pipeline_file("image: [flp]"), "--json")
    assert checked.code == 3
    problem = json.loads(checked.out)["problems"][0]
    assert (problem["line"], "flp" in problem["message"]) == (1, True)
    shutil.copytree(finished / "out", tmp_path / "out")
    (tmp_path / "out" / "reviews.csv").unlink()
    verified = command("verify", tmp_path / "out", "--json")
    assert verified.code == 5
    assert json.loads(verified.out)["differences"] == [{"kind": "missing", "path": "reviews.csv"}]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "bad.jpg").write_bytes(b"\xff\xd8\xff")
    ran = command("run", finished / "p.yaml", tmp_path / "data", "-o", tmp_path / "new", "--json")
    summary = json.loads(ran.out)
    assert ran.code == summary["exit_code"] == 1
    assert summary["failures"][0]["id"] == "bad.jpg@*" and summary["failures"][0]["message"]


def test_summary_numbers(command, finished, samples):
    summary = json.loads(command("run", finished / "p.yaml", samples, "-o", finished / "out", "--json").out)
    told = ("planned", "done_before", "made", "failed", "missing", "orphans", "complete", "exit_code")
    assert [summary[name] for name in told] == [84, 84, {}, {}, 0, 0, True, 0]
    plan = json.loads(command("plan", finished / "p.yaml", samples, "--json").out)
    assert plan["outputs"] == {"image": 28, "text": 56} and plan["sources"] == {"image": 14, "text": 28}


def test_a_dry_run_writes_nothing(command, finished, samples, tmp_path):
    ended = command("run", finished / "p.yaml", samples, "-o", tmp_path / "out", "--dry-run")
    assert ended.code == 0 and "84" in ended.out and not (tmp_path / "out").exists()


def test_results_on_one_stream_and_messages_on_the_other(augcli, finished, samples, tmp_path):
    (tmp_path / "data").mkdir()
    shutil.copyfile(samples / "images/animal/cat.jpg", tmp_path / "data" / "good.jpg")
    (tmp_path / "data" / "bad\x1b[31m\n.jpg").write_bytes(b"\xff\xd8\xff")
    done = augcli("run", finished / "p.yaml", tmp_path / "data", "-o", tmp_path / "out", "--device", "cpu")
    assert done.returncode == 1
    assert "planned" in done.stdout and "image.truncated" in done.stdout
    assert "bad\\x1b[31m\\n.jpg@*: image.truncated" in done.stderr
    assert "4 of 4 (100 %)" in done.stderr and "2 failed" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr and "\r" not in done.stderr


def in_terminal(arguments: list[str], env: dict[str, str], columns: int = 80, watched: str = "stdout") -> str:
    """What a command shows on a terminal of this width; its other stream goes nowhere."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, watched: slave}
    with subprocess.Popen([sys.executable, "-m", "augcli", *arguments], env={**os.environ, **env}, **streams) as process:
        os.close(slave)
        shown = b""
        while True:
            try:
                shown += os.read(master, 65536)
            except OSError:  # the other side is closed
                break
    os.close(master)
    assert process.returncode == 0
    return shown.decode()


@pytest.mark.parametrize("columns", [80, 0])
def test_a_bar_on_a_terminal(finished, samples, tmp_path, columns):
    arguments = ["run", str(finished / "p.yaml"), str(samples), "-o", str(tmp_path / "out"), "--device", "cpu", "--workers", "2"]
    messages = in_terminal(arguments, {"TERM": "xterm-256color"}, columns, watched="stderr")
    assert "\r" in messages and "84/84" in messages and "100%" in messages


def test_a_table_with_bold_heads_on_a_terminal(finished, samples):
    results = in_terminal(["plan", str(finished / "p.yaml"), str(samples)], {"TERM": "xterm-256color"})
    assert "samples" in results and "\x1b[1m" in results


@pytest.mark.parametrize("env", [{"NO_COLOR": "1", "TERM": "xterm-256color"}, {"TERM": "dumb"}])
def test_no_colours_where_they_are_not_wanted(finished, samples, tmp_path, env):
    arguments = ["plan", str(finished / "p.yaml"), str(samples)]
    results = in_terminal(arguments, env)
    codes = {code for group in re.findall(r"\x1b\[([0-9;]*)m", results) for code in group.split(";")}
    assert "animal" in results
    assert not any(code.isdigit() and 30 <= int(code) <= 107 for code in codes)
    assert env["TERM"] != "dumb" or "\x1b" not in results


@pytest.mark.parametrize(("kind", "bar", "line"), [("bar", True, False), ("plain", False, True), ("none", False, False)])
def test_how_progress_is_shown_can_be_said(augcli, finished, samples, tmp_path, kind, bar, line):
    done = augcli("run", finished / "p.yaml", samples, "-o", tmp_path / "out", "--device", "cpu", "--progress", kind)
    assert ("84/84" in done.stderr) == bar
    assert ("84 of 84 (100 %)" in done.stderr) == line
    assert kind != "none" or done.stderr == ""


def test_a_reader_that_leaves_ends_the_command_quietly(finished, samples):
    arguments = ["plan", str(finished / "p.yaml"), str(samples), "--jsonl", "--copies", "200"]
    process = subprocess.Popen([sys.executable, "-m", "augcli", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert json.loads(process.stdout.readline())
    process.stdout.close()
    messages = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), messages) == (-signal.SIGPIPE, b"")


def test_a_reader_of_messages_that_leaves_does_not_spoil_the_output(augcli, finished, samples, tmp_path, contents):
    """`2>&1 | head -1`: the run ends by SIGPIPE, and goes on the next time."""
    (tmp_path / "data").mkdir()
    for number in range(300):
        (tmp_path / "data" / f"{number}.txt").write_bytes(b"\xff")
    command = ["run", str(finished / "p.yaml"), str(tmp_path / "data"), "-o", str(tmp_path / "out"), "--max-errors", "100%"]
    process = subprocess.Popen([sys.executable, "-m", "augcli", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    process.stderr.read(1)
    process.stderr.close()
    assert process.wait() in (-signal.SIGPIPE, 0)
    assert augcli(*command).returncode == 0
    assert len((tmp_path / "out" / "manifest.jsonl").read_text().splitlines()) == 300


@pytest.fixture
def broken_installation(tmp_path):
    """A package that ours needs raises something that nobody expects."""
    (tmp_path / "broken" / "rich").mkdir(parents=True)
    (tmp_path / "broken" / "rich" / "__init__.py").write_text("raise RuntimeError('broken installation')")
    return {"PYTHONPATH": os.pathsep.join([str(tmp_path / "broken"), os.environ.get("PYTHONPATH", "")])}


def test_an_internal_error_has_its_code_and_a_traceback_only_when_asked(augcli, broken_installation, finished, samples):
    arguments = ["plan", finished / "p.yaml", samples]
    done = augcli(*arguments, env=broken_installation)
    assert (done.returncode, done.stdout) == (70, "")
    assert "internal error: RuntimeError: broken installation" in done.stderr and "--debug" in done.stderr
    assert "Traceback" not in done.stderr
    told = augcli("--debug", *arguments, env=broken_installation)
    assert told.returncode != 0 and "Traceback" in told.stderr
