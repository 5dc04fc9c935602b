"""Work of several processes and threads: never more at once than fits, in the order of arrival, and no one waits for the dead."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from augcli.core.values.facts import AudioFacts, ImageFacts, TextFacts
from augcli.engine.make import gate as gates
from augcli.engine.make.gate import SMALL_BYTES, Admission, Gate, cost_of
from augcli.engine.modality.modality import Opened


def forked(work: Callable[[], None]) -> int:
    pid = os.fork()
    if not pid:
        try:
            work()
        finally:
            os._exit(0)
    return pid


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_processes_share_the_budget() -> None:
    gate = Gate(300)
    most = 0

    def work() -> None:
        for _ in range(20):
            slot = gate.enter(100)
            time.sleep(0.002)
            gate.leave(slot)

    workers = {forked(work) for _ in range(6)}
    while workers:
        most = max(most, gate.inside_bytes)
        done, _ = os.waitpid(-1, os.WNOHANG)
        workers.discard(done)
    assert 100 <= most <= 300
    assert gate.inside_bytes == 0


def test_what_never_fits_is_let_in_alone() -> None:
    gate = Gate(10)
    slot = gate.enter(1000)
    entered: list[int] = []
    other = threading.Thread(target=lambda: entered.append(gate.enter(1)))
    other.start()
    time.sleep(0.05)
    assert not entered
    gate.leave(slot)
    other.join(60)
    assert entered
    assert gate.inside_bytes == 1


def test_a_worker_that_is_killed_inside_blocks_nobody() -> None:
    gate = Gate(100)
    worker = forked(lambda: (gate.enter(100), signal.pause()))
    until(lambda: gate.inside_bytes == 100)
    entered: list[int] = []
    waiting = threading.Thread(target=lambda: entered.append(gate.enter(100)))
    waiting.start()
    time.sleep(0.05)
    assert not entered
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    waiting.join(60)
    assert entered


def test_a_worker_that_is_killed_while_it_waits_blocks_nobody() -> None:
    gate = Gate(100)
    slot = gate.enter(100)
    worker = forked(lambda: (gate.enter(100), signal.pause()))
    time.sleep(0.1)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    gate.leave(slot)
    assert gate.enter(100) >= 0


def test_a_worker_that_is_killed_in_the_middle_of_asking_blocks_nobody() -> None:
    gate = Gate(100)
    for _ in range(20):
        worker = forked(lambda: [gate.leave(gate.enter(1)) for _ in range(1_000_000)])
        time.sleep(0.01)
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
        gate.leave(gate.enter(100))


def test_large_work_is_not_passed_for_ever_by_small_work() -> None:
    gate = Gate(100)
    first = gate.enter(50)
    order: list[str] = []

    def enter(name: str, cost: int) -> None:
        slot = gate.enter(cost)
        order.append(name)
        gate.leave(slot)

    threads = []
    for name, cost in (("large", 100), ("small", 10)):
        threads.append(threading.Thread(target=enter, args=(name, cost)))
        threads[-1].start()
        time.sleep(0.05)
    assert order == []  # there is room for the small one, but it came later
    gate.leave(first)
    for thread in threads:
        thread.join(60)
    assert order == ["large", "small"]


def test_small_work_never_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(SMALL_BYTES)
    monkeypatch.setattr(Gate, "enter", lambda *_: pytest.fail("it asked"))
    admission = Admission(gate)
    admission.need(SMALL_BYTES - 1)
    admission.leave()


def test_an_admission_grows_and_is_given_back() -> None:
    gate = Gate(10 * SMALL_BYTES)
    admission = Admission(gate)
    for cost in (SMALL_BYTES, 3 * SMALL_BYTES, 2 * SMALL_BYTES):
        admission.need(cost)
    assert gate.inside_bytes == 3 * SMALL_BYTES
    admission.leave()
    admission.leave()
    assert gate.inside_bytes == 0


def test_costs() -> None:
    def opened(facts, frames=1):
        return Opened(facts, None, lambda scale: None, frames=frames)

    image = opened(ImageFacts(1000, 1000, 3, 8))
    assert cost_of(image, 1_000_000, 1, []) == 5 * 3_000_000
    assert cost_of(image, 10_000, 8, []) == 5 * (1_000_000 // 64 * 3)  # decoded at an eighth
    assert cost_of(image, 4_000_000, 1, []) == 5 * 12_000_000
    assert cost_of(image, 1_000_000, 1, [ImageFacts(100, 100)]) == 5 * 3_000_000 + 30_000
    assert cost_of(opened(ImageFacts(1000, 1000, 3, 16), 3), 1_000_000, 1, []) == 5 * 6_000_000 + 2 * 12_000_000
    assert cost_of(opened(AudioFacts(1000, 8000, 2)), 2000, 1, []) == 5 * 8000
    assert cost_of(opened(TextFacts(1000)), 1000, 1, []) == 0


@pytest.mark.parametrize("workers", [1, 3])
def test_a_run_of_large_images_goes_through_the_gate_and_ends(workers: int, tmp_path: Path, make, monkeypatch) -> None:
    monkeypatch.setattr(gates, "SMALL_BYTES", 1000)
    gate = gates.shared_gate()
    monkeypatch.setattr(gate, "budget_bytes", 40_000)
    before = gate._table[-1]
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(8):
        Image.fromarray(np.full((50, 50 + number, 3), number, np.uint8)).save(folder / f"{number}.png")
    summary = make("copies: 3\nimage: [flip, zoom]", folder, tmp_path / "out", workers=workers)
    assert (summary.made.total(), summary.failed.total()) == (24, 0)
    assert gate._table[-1] - before == 8  # turns taken, once for each source, by whatever worker
    assert gate.inside_bytes == 0
