"""Killed anywhere and run again, the outputs, the manifest and the checksums are byte-identical to an undisturbed run's."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COPIES = 12
PIPELINE = """
seed: 7
image:
  - flip: {p: 0.5}
  - rotate: {angle_deg: [-15, 15]}
  - crop: {area: [0.6, 1.0], size: 48}
  - color_jitter
  - mixup: {p: 0.3}
text:
  - random_delete: {rate: [0.05, 0.3]}
output: {originals: copy}
"""
OUTPUTS = COPIES * (14 + 28) + 14 + 4 + 24  # copies, then originals: images, texts, rows


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    path = tmp_path_factory.mktemp("pipeline") / "p.yaml"
    path.write_text(f"copies: {COPIES}\n{PIPELINE}")
    return str(path)


@pytest.fixture(scope="module")
def data(tmp_path_factory, samples):
    folder = tmp_path_factory.mktemp("data")
    for name in ("images", "texts", "reviews.csv"):
        (shutil.copytree if (samples / name).is_dir() else shutil.copyfile)(samples / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def clean(tmp_path_factory, data, pipeline, augcli, contents):
    output = tmp_path_factory.mktemp("clean") / "out"
    done = augcli("run", pipeline, data, "-o", output, "--device", "cpu", "--workers", "2")
    assert done.returncode == 0, done.stderr
    return contents(output), state_bytes(output)


def state_bytes(output: Path) -> int:
    """How much the state holds; 0 as long as there is nothing but the plan."""
    try:
        data = (output / ".augcli").read_bytes()
    except FileNotFoundError:
        return 0
    return len(data) if b'"output"' in data else 0


def start(pipeline: str, data: Path, output: Path, workers: int) -> subprocess.Popen:
    command = [sys.executable, "-m", "augcli", "run", pipeline, str(data), "-o", str(output), "--device", "cpu"]
    return subprocess.Popen([*command, "--workers", str(workers)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def temporary_files(output: Path) -> list[str]:
    return [name for _, _, names in os.walk(output) for name in names if name.endswith(".tmp")]


@pytest.mark.slow
def test_killed_again_and_again_it_ends_as_if_nothing_had_been(pipeline, data, tmp_path, clean, contents, augcli):
    rng = random.Random(20)
    reference, whole = clean
    kills = 0
    for point in sorted(rng.uniform(0.02, 0.9) for _ in range(7)):
        process = start(pipeline, data, tmp_path / "out", workers=rng.choice([1, 2, 3]))
        while state_bytes(tmp_path / "out") < point * whole and process.poll() is None:
            time.sleep(0.001)
        process.kill()
        kills += process.wait() == -signal.SIGKILL
        process.stderr.close()
    assert kills >= 6
    assert state_bytes(tmp_path / "out") < whole
    done = augcli("run", pipeline, data, "-o", tmp_path / "out", "--device", "cpu", "--workers", "4")
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "out") == reference
    assert temporary_files(tmp_path / "out") == []


KILL_AT = """
import os, signal, sys
from augcli import load_pipeline, run
from augcli.engine.state import events
from augcli.engine.state.options import RunOptions

pipeline, data, output, at = sys.argv[1:]
count = 0

def listen(event):
    global count
    count += 1
    if type(event).__name__ == at or str(count) == at:
        os.kill(os.getpid(), signal.SIGKILL)

run(load_pipeline(pipeline), [data], output, RunOptions(device="cpu", workers=2), listen)
"""


@pytest.mark.parametrize("at", ["Started", "2", "9", "Finishing"])
def test_killed_at_this_very_event(pipeline, data, tmp_path, clean, contents, make, at):
    process = subprocess.run([sys.executable, "-c", KILL_AT, pipeline, str(data), str(tmp_path / "out"), at])
    assert process.returncode == -signal.SIGKILL
    summary = make(Path(pipeline).read_text(), data, tmp_path / "out", workers=1)
    assert summary.complete and (summary.done_before == OUTPUTS) == (at == "Finishing")
    assert contents(tmp_path / "out") == clean[0]


def test_killed_while_it_plans(pipeline, data, tmp_path, clean, contents, make):
    process = start(pipeline, data, tmp_path / "out", workers=1)
    while not (tmp_path / "out" / ".augcli").exists():
        time.sleep(0.001)
    process.kill()
    process.wait()
    process.stderr.close()
    make(Path(pipeline).read_text(), data, tmp_path / "out")
    assert contents(tmp_path / "out") == clean[0]


@pytest.mark.parametrize("damage", ["cut", "cut in the seal", "garbage", "garbage in place of the seal", "zeros", "empty file"])
def test_a_torn_state_costs_what_was_torn(make, samples, tmp_path, contents, damage):
    text = "seed: 1\ncopies: 3\nimage: [crop: {size: 16}]"
    make(text, samples / "images", tmp_path / "clean")
    make(text, samples / "images", tmp_path / "out", workers=1)
    path = tmp_path / "out" / ".augcli"
    data = path.read_bytes()
    seal = data.rindex(b"\n#augcli1S")
    work = data.rindex(b"\n#augcli1W")
    damaged = {
        "cut": data[: seal - 40],
        "cut in the seal": data[:-40],
        "garbage": data + b'0123456789abcdef 0123 {"v":1,"id":"x',
        "garbage in place of the seal": data[:seal] + b"\xff" * 300 + b"\n",
        "zeros": data[:work] + b"\0" * 4096,
        "empty file": b"",
    }[damage]
    path.write_bytes(damaged)
    summary = make(text, samples / "images", tmp_path / "out")
    if damage == "empty file":
        assert summary.done_before == 0
    else:
        assert (summary.done_before == 42) == (damage not in ("cut", "zeros")) and summary.done_before > 20
    assert contents(tmp_path / "out") == contents(tmp_path / "clean")


def test_the_second_of_two_runs_on_one_output_is_told_who_is_there(pipeline, data, tmp_path, augcli, contents, clean):
    process = start(pipeline, data, tmp_path / "out", workers=1)
    while state_bytes(tmp_path / "out") == 0:
        time.sleep(0.001)
    process.send_signal(signal.SIGSTOP)
    second = augcli("run", pipeline, data, "-o", tmp_path / "out", "--device", "cpu")
    process.send_signal(signal.SIGCONT)
    assert second.returncode == 73
    assert f"(process {process.pid}) is writing to" in second.stderr and "Traceback" not in second.stderr
    assert process.wait() == 0
    process.stderr.close()
    assert contents(tmp_path / "out") == clean[0]
