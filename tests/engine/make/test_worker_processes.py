"""Worker processes: the same outputs as with threads, and a dying worker costs only the sample that killed it."""

from __future__ import annotations

import itertools
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from augcli.engine.make.hand_out import HandOut, Range, RowTask
from augcli.engine.plan.discovery import make_plan
from augcli.engine.plan.job import Job
from augcli.engine.plan.partners import Partners
from augcli.engine.state.fingerprints import Fingerprints
from augcli.engine.store.state_file import StateFile
from augcli.load import load_pipeline

PIPELINE = "seed: 3\ncopies: 5\nimage:\n  - rotate: {angle_deg: [-9, 9]}\n  - crop: {size: 40}\n  - mixup: {p: 0.3}\n"

# An op that takes the whole process along, at one copy of one size of image.
CRASH = """
import os, signal, sys, time
from augcli import load_pipeline, run
from augcli.core.ops.op import Op
from augcli.engine.state.options import RunOptions

class Crash(Op):
    '''Ends the process.'''
    id = "image.crash"

    def lower(self, draw, state):
        wide = state.facts.width > state.facts.height
        if wide and state.copy in COPIES:
            time.sleep(60) if HANGS else os.kill(os.getpid(), signal.SIGSEGV)
        return []

pipeline, data, output, workers = sys.argv[1:]
failures = []

def listen(event):
    if hasattr(event, "failure"):
        failures.append((event.unit_id, event.failure.code, event.failure.message))

summary = run(load_pipeline(pipeline), [data], output, RunOptions(device="cpu", workers=int(workers), retry=RETRY), listen)
print(sorted(failures), summary.missing, summary.complete, summary.exit_code, sum(summary.made.values()))
"""


def crash(
    text: str, data: Path, output: Path, workers: int, copies: tuple[int, ...], pipeline_file, hangs=False, retry=False
) -> tuple:
    code = CRASH.replace("COPIES", repr(copies)).replace("HANGS", repr(hangs)).replace("RETRY", repr(retry))
    command = [sys.executable, "-c", code, pipeline_file(text), str(data), str(output), str(workers)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    failures, _, rest = done.stdout.rpartition("]")
    return eval(failures + "]"), rest.split()


@pytest.fixture
def images(tmp_path, samples):
    """Six tall images and one wide one."""
    import cv2

    folder = tmp_path / "images"
    folder.mkdir()
    image = cv2.imread(str(sorted((samples / "images").glob("*/*.jpg"))[0]))
    for number in range(6):
        cv2.imwrite(str(folder / f"tall{number}.jpg"), cv2.resize(image, (60, 90 + number)))
    cv2.imwrite(str(folder / "wide.jpg"), cv2.resize(image, (90, 60)))
    return folder


@pytest.mark.parametrize("workers", [1, 2])
def test_a_crash_costs_the_unit_that_crashes(images, tmp_path, pipeline_file, make, contents, workers):
    text = "seed: 3\ncopies: 3\nimage: [crash: {}, crop: {size: 40}]\n"
    failures, told = crash(text, images, tmp_path / "out", workers, (1,), pipeline_file)
    assert failures == [("wide.jpg@1", "worker.crash", "the worker process died by SIGSEGV")]
    assert told == ["0", "True", "1", "20"]
    assert [name for _, _, names in os.walk(tmp_path / "out") for name in names if name.endswith(".tmp")] == []
    # It has brought down two workers, so the next run does not try it again, unless it is asked to.
    failures, told = crash(text, images, tmp_path / "out", workers, (), pipeline_file)
    assert (failures, told) == ([], ["0", "True", "1", "0"])
    failures, told = crash(text, images, tmp_path / "out", workers, (), pipeline_file, retry=True)
    assert (failures, told) == ([], ["0", "True", "0", "1"])
    make("seed: 3\ncopies: 3\nimage: [crop: {size: 40}]\n", images, tmp_path / "clean")
    made = {name: digest for name, digest in contents(tmp_path / "out").items() if name.endswith(".jpg")}
    assert made == {name: digest for name, digest in contents(tmp_path / "clean").items() if name.endswith(".jpg")}


def test_a_source_that_always_crashes_costs_its_copies(images, tmp_path, pipeline_file):
    text = "copies: 4\nimage: [crash: {}, crop: {size: 40}]\n"
    failures, told = crash(text, images, tmp_path / "out", 2, (0, 1, 2, 3), pipeline_file)
    assert [unit for unit, _, _ in failures] == [f"wide.jpg@{copy}" for copy in range(4)]
    assert told == ["0", "True", "1", "24"]


def test_a_unit_that_hangs_costs_its_time_and_its_record(images, tmp_path, pipeline_file):
    text = "copies: 3\nlimits: {max_work_seconds: 1.5}\nimage: [crash: {}, crop: {size: 40}]\n"
    failures, told = crash(text, images, tmp_path / "out", 2, (2,), pipeline_file, hangs=True)
    assert failures == [("wide.jpg@2", "timeout", "not done after 1.5 s; the limit is limits.max_work_seconds")]
    assert told == ["0", "True", "1", "20"]


KILLED_WORKER = """
import os, signal, sys
from augcli import load_pipeline, run
from augcli.engine.state.options import RunOptions

pipeline, data, output = sys.argv[1:]
killed = []

def children():
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return [int(pid) for pid in file.read().split()]

def listen(event):
    alive = [pid for pid in children() if pid not in killed]
    if len(killed) < 5 and hasattr(event, "bytes") and alive:
        killed.append(alive[0])
        os.kill(alive[0], signal.SIGKILL)

summary = run(load_pipeline(pipeline), [data], output, RunOptions(device="cpu", workers=2), listen)
print(len(killed), summary.complete, children())
"""


def test_workers_that_are_killed_are_replaced_and_nothing_is_lost(samples, tmp_path, pipeline_file, make, contents):
    """As when the system runs out of memory and picks one: nothing is wrong with the sample, so the second try succeeds."""
    command = [sys.executable, "-c", KILLED_WORKER, pipeline_file(PIPELINE), str(samples / "images"), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    killed, complete, left = done.stdout.split(maxsplit=2)
    assert int(killed) >= 2 and (complete, left.strip()) == ("True", "[]")
    make(PIPELINE, samples / "images", tmp_path / "clean", workers=1)
    assert contents(tmp_path / "out") == contents(tmp_path / "clean")


@pytest.mark.parametrize(("files", "returncode"), [(14, 0), (7, 2)])
def test_as_many_workers_as_the_system_allows(samples, tmp_path, pipeline_file, make, contents, augcli, files, returncode):
    """Where no more can be started, those that are there do it all; where none can, the user is told why."""
    done = augcli(
        "run", pipeline_file(PIPELINE), samples / "images", "-o", tmp_path / "out", "--workers", "60",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)),
    )  # fmt: skip
    assert done.returncode == returncode, done.stderr
    if returncode:
        assert "Too many open files" in done.stderr and "Traceback" not in done.stderr
        return
    make(PIPELINE, samples / "images", tmp_path / "clean", workers=1)
    assert contents(tmp_path / "out") == contents(tmp_path / "clean")


def test_the_copies_of_one_source_keep_all_workers_busy(samples, tmp_path, pipeline_file, make, contents, augcli):
    image, text = samples / "images" / "animal" / "cat.jpg", PIPELINE.replace("copies: 5", "copies: 150")
    done = augcli("run", pipeline_file(text), image, "-o", tmp_path / "out", "--workers", "2")
    assert done.returncode == 1 and "partner.none" in done.stderr  # there is nothing to mix in, for every third or so
    make(text, image, tmp_path / "clean", workers=1)
    assert contents(tmp_path / "out") == contents(tmp_path / "clean")


def test_rows_that_no_pipe_holds_are_handed_on(tmp_path, pipeline_file, make, contents, augcli):
    """Both sides of a line could wait for each other where its buffers are full."""
    rows = "".join(f"{number},{'many words and more ' * 5_000}\n" for number in range(6))
    (tmp_path / "t.csv").write_text("id,text\n" + rows)
    text = "seed: 3\ncopies: 3\ntext: [random_delete: {rate: 0.5}]\n"
    assert augcli("run", pipeline_file(text), tmp_path / "t.csv", "-o", tmp_path / "out", "--workers", "2").returncode == 0
    make(text, tmp_path / "t.csv", tmp_path / "clean", workers=1)
    assert contents(tmp_path / "out") == contents(tmp_path / "clean")


def test_processes_and_threads_write_the_same(samples, tmp_path, pipeline_file, make, contents, augcli):
    """A second thread in the caller's process makes forks unsafe: then the run is done on threads."""
    assert augcli("run", pipeline_file(PIPELINE), samples / "images", "-o", tmp_path / "forks", "--workers", "3").returncode == 0
    other = threading.Thread(target=(release := threading.Event()).wait)
    other.start()
    try:
        make(PIPELINE, samples / "images", tmp_path / "threads", workers=3)
    finally:
        release.set()
        other.join()
    assert contents(tmp_path / "forks") == contents(tmp_path / "threads")


def test_a_run_that_is_killed_takes_its_workers_along(samples, tmp_path, pipeline_file):
    command = [sys.executable, "-m", "augcli", "run", pipeline_file(PIPELINE.replace("5", "400")), str(samples / "images")]
    process = subprocess.Popen([*command, "-o", str(tmp_path / "out"), "--workers", "2"], stderr=subprocess.DEVNULL)
    workers: list[str] = []
    while len(workers) < 2 and process.poll() is None:
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.send_signal(signal.SIGKILL)
    process.wait()
    for pid in workers:
        while Path(f"/proc/{pid}").exists() and _state(pid) != "Z":
            pass
    assert len(workers) == 2


def _state(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "Z"


def test_ranges_begin_small_grow_and_hold_every_unit_once(make, samples, pipeline_file):
    job = Job.of(load_pipeline(pipeline_file("copies: 70\nimage: [flip]\ntext: [random_delete]\n")), [str(samples)])
    with closing(StateFile.unnamed()) as state:
        plan = make_plan(job, [str(samples)], state)
        wanted = np.arange(plan.most_units) % 5 != 0
        partners = Partners(job.compiled, 0, plan)
        hand_out = HandOut(plan, wanted, Fingerprints(job, "cpu"), partners)
        sizes = itertools.chain([1, 1, 3], itertools.repeat(200))
        ranges = list(iter(lambda: hand_out.next(next(sizes)), None))
        tasks = [list(hand_out.tasks(given.first, given.stop)) for given in ranges]
    assert [given.first for given in ranges[1:]] >= [given.stop for given in ranges[:-1]]
    assert [given.units for given in ranges] == [int(wanted[given.first : given.stop].sum()) for given in ranges]
    assert sum(given.units for given in ranges) == wanted.sum()
    made = [task.units if isinstance(task, RowTask) else len(task.units) for some in tasks for task in some]
    assert sum(made) == wanted.sum() and max(given.units for given in ranges[:3]) <= 64


def test_halves_end_at_a_single_ordinal():
    left, single = [Range(3, 9, 6)], []
    while left:
        given = left.pop()
        left += given.halves()
        if not given.halves():
            single.append((given.first, given.stop))
    assert sorted(single) == [(first, first + 1) for first in range(3, 9)]


def test_what_a_worker_could_not_send_is_told(samples, tmp_path, pipeline_file, augcli):
    """A user's error in a worker reaches the command line whole: here a disk that is full."""
    limited = augcli(
        "run", pipeline_file(PIPELINE), samples / "images", "-o", tmp_path / "out", "--workers", "2", "--json",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (900, 900)),
    )  # fmt: skip
    assert limited.returncode == 74, limited.stderr
    assert json.loads(limited.stdout)["ok"] is False
