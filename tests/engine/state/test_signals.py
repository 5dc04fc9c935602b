"""Signals end a run so that the same command resumes it, and the process exits as if killed by the signal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PIPELINE = "seed: 7\ncopies: 40\nimage:\n  - rotate: {angle_deg: [-15, 15]}\n  - crop: {size: 48}\n  - color_jitter\n"
OUTPUTS = 560


@pytest.fixture(scope="module")
def clean(tmp_path_factory, samples, augcli, contents):
    folder = tmp_path_factory.mktemp("clean")
    (folder / "p.yaml").write_text(PIPELINE)
    assert augcli("run", folder / "p.yaml", samples / "images", "-o", folder / "out", "--device", "cpu").returncode == 0
    return contents(folder / "out")


def start(arguments: list[str], **more) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "augcli", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
    )


def wait_for_work(process: subprocess.Popen, output: Path) -> None:
    """Until some outputs are in the state; fails when the run ends before."""
    state = output / ".augcli"
    while process.poll() is None and not (state.exists() and b'"output"' in state.read_bytes()):
        time.sleep(0.001)
    assert process.poll() is None, process.stderr.read()


@pytest.mark.parametrize(
    ("number", "returncode"), [(signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGUSR1, 75)]
)
def test_a_signal_stops_the_run_and_the_same_command_goes_on(
    samples, pipeline_file, tmp_path, contents, clean, augcli, number, returncode
):
    output = tmp_path / "out"
    command = ["run", pipeline_file(PIPELINE), str(samples / "images"), "-o", str(output), "--device", "cpu", "--workers", "2"]
    process = start(command)
    wait_for_work(process, output)
    process.send_signal(number)
    out, messages = process.communicate()
    assert process.returncode == returncode
    assert number.name in messages and "run the same command again to resume" in messages
    assert out == "" and "Traceback" not in messages
    assert not (output / "manifest.jsonl").exists()
    made = len(contents(output))
    assert 0 < made < OUTPUTS
    again = augcli(*command, "--json")
    assert again.returncode == 0
    assert f'"done_before": {made}' in again.stdout
    assert contents(output) == clean


def test_a_shell_sees_the_status_of_the_signal(samples, pipeline_file, tmp_path):
    output = tmp_path / "out"
    script = f'"{sys.executable}" -m augcli run "$0" "$1" -o "$2" --device cpu & echo $!; wait $!; echo status $?'
    shell = subprocess.Popen(
        ["sh", "-c", script, pipeline_file(PIPELINE), str(samples / "images"), str(output)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    pid = int(shell.stdout.readline())
    wait_for_work(shell, output)
    os.kill(pid, signal.SIGTERM)
    assert shell.communicate()[0].endswith("status 143\n")


def test_a_run_in_the_background_of_a_script_ignores_the_interrupts_meant_for_others(samples, pipeline_file, tmp_path):
    # Shells start `command &` of scripts with SIGINT ignored.
    text = PIPELINE.replace("40", "10")
    process = start(
        ["run", pipeline_file(text), str(samples / "images"), "-o", str(tmp_path / "out"), "--device", "cpu"],
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    wait_for_work(process, tmp_path / "out")
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 0


SIGNALLED = """
import os, signal, sys
from augcli import load_pipeline, run
from augcli.engine.state.options import RunOptions
from augcli.engine.state.signals import Interrupted

pipeline, data, output, times = sys.argv[1:]
count = 0

def listen(event):
    global count
    count += 1
    if count == 5:
        for _ in range(int(times)):
            os.kill(os.getpid(), signal.SIGINT)

try:
    run(load_pipeline(pipeline), [data], output, RunOptions(device="cpu", workers=1), listen)
except Interrupted as interrupted:
    print("interrupted by", interrupted.number, "handler back:", signal.getsignal(signal.SIGINT) is signal.default_int_handler)
"""


@pytest.mark.parametrize(
    ("times", "returncode", "says"), [(1, 0, "interrupted by 2 handler back: True\n"), (2, 130, ""), (3, 130, "")]
)
def test_the_second_signal_ends_at_once(samples, pipeline_file, tmp_path, make, contents, clean, times, returncode, says):
    arguments = [pipeline_file(PIPELINE), str(samples / "images"), str(tmp_path / "out"), str(times)]
    done = subprocess.run([sys.executable, "-c", SIGNALLED, *arguments], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (returncode, says), done.stderr
    made = [name for name in contents(tmp_path / "out") if not Path(name).name.startswith(".augcli-")]
    assert 0 < len(made) < 300  # what was in hand is finished, what waits is not begun
    make(PIPELINE, samples / "images", tmp_path / "out")
    assert contents(tmp_path / "out") == clean


def test_signals_are_left_alone_outside_of_the_main_thread(make, samples, tmp_path):
    import threading

    before = signal.getsignal(signal.SIGINT)
    summaries = []
    text = PIPELINE.replace("40", "1")
    thread = threading.Thread(target=lambda: summaries.append(make(text, samples / "images", tmp_path / "out")))
    thread.start()
    thread.join()
    assert summaries[0].complete
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(("number", "returncode"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_other_commands_end_by_a_signal_without_a_traceback(tmp_path, number, returncode):
    pipe = tmp_path / "pipeline.yaml"
    os.mkfifo(pipe)
    writer = os.open(pipe, os.O_RDWR)  # so that there is one who may still write
    process = start(["check", str(pipe)])
    time.sleep(2)
    assert process.poll() is None
    process.send_signal(number)
    out, messages = process.communicate()
    os.close(writer)
    assert (process.returncode, out) == (returncode, "")
    assert "Traceback" not in messages
