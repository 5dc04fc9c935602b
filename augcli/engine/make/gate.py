"""Bounds the memory of all workers together: large samples wait until there is room, small ones never ask.

Processes and threads alike enter what they are about to take into a table in shared memory. A worker that is killed takes its
process number along, and whoever waits strikes out what belongs to nobody: nothing has to be given back.
"""

from __future__ import annotations

import mmap
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import IO

from augcli.core.values.facts import AudioFacts, Facts, ImageFacts
from augcli.engine.modality.modality import Opened

try:
    import fcntl
except ImportError:  # no forked workers there either
    fcntl = None  # type: ignore[assignment]

SMALL_BYTES = 100_000_000  # a sample that takes less never waits
_SHARE_OF_MEMORY = 0.25
_COPIES = 5  # of the largest image or sound that a unit holds at a time: source, result, and what codecs need (measured: 4.5)
_WAIT_SECONDS = 0.01
_SLOTS = 1024
_CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


class Gate:
    """Lets work in while all that is inside fits into `budget_bytes`, in the order of arrival; one is always let in.

    To be made before workers are forked. A slot has three numbers: a process, its turn, and bytes: those of work that waits
    are negative.
    """

    def __init__(self, budget_bytes: int) -> None:
        self.budget_bytes = budget_bytes
        self._table = memoryview(mmap.mmap(-1, 8 * (3 * _SLOTS + 1))).cast("q")  # the last number is the next turn
        self._file = _nameless_file()  # a lock on it ends with the process that holds it
        self._lock = threading.Lock()  # locks on files do not part threads

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._lock:
            if fcntl is not None:
                fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                if fcntl is not None:
                    fcntl.lockf(self._file, fcntl.LOCK_UN)

    def enter(self, cost_bytes: int) -> int:
        """Wait until there is room; the number with which to leave."""
        table = self._table
        with self._alone():
            slot = next((at for at in range(0, 3 * _SLOTS, 3) if not table[at]), -1)
            if slot < 0:
                return slot  # more work at once than anyone has: not counted
            table[slot], table[slot + 1], table[slot + 2] = os.getpid(), table[-1], -cost_bytes
            table[-1] += 1
        try:
            while not self._let_in(slot, cost_bytes):
                time.sleep(_WAIT_SECONDS)
        except BaseException:
            self.leave(slot)
            raise
        return slot

    def _let_in(self, slot: int, cost_bytes: int) -> bool:
        table = self._table
        with self._alone():
            inside = 0
            for at in range(0, 3 * _SLOTS, 3):
                if not table[at] or at == slot:
                    continue
                if not _lives(table[at]):
                    table[at] = 0
                elif table[at + 2] > 0:
                    inside += table[at + 2]
                elif table[at + 1] < table[slot + 1]:
                    return False  # it came first, or large work would wait for ever
            if inside and inside + cost_bytes > self.budget_bytes:
                return False
            table[slot + 2] = cost_bytes
            return True

    def leave(self, slot: int) -> None:
        if slot >= 0:
            with self._alone():
                self._table[slot] = 0

    @property
    def inside_bytes(self) -> int:
        with self._alone():
            return sum(max(0, self._table[at + 2]) for at in range(0, 3 * _SLOTS, 3) if self._table[at])


class Admission:
    """What one source holds of the gate while its outputs are made."""

    def __init__(self, gate: Gate) -> None:
        self._gate, self._slot, self._bytes = gate, -1, 0

    def need(self, cost_bytes: int) -> None:
        """Wait until so much may be taken. Nothing is held while waiting for more, so that no two wait for each other."""
        if cost_bytes < SMALL_BYTES or cost_bytes <= self._bytes:
            return
        self.leave()
        self._slot, self._bytes = self._gate.enter(cost_bytes), cost_bytes

    def leave(self) -> None:
        if self._bytes:
            self._gate.leave(self._slot)
            self._slot, self._bytes = -1, 0


def cost_of(opened: Opened, largest: int, scale: int, partners: list[Facts]) -> int:
    """About how many bytes an output takes at its worst; `largest` is the extent of its largest result."""
    facts = opened.facts
    if isinstance(facts, ImageFacts):
        each = facts.channels * facts.bits // 8
        decoded = facts.width * facts.height // scale**2 * each
    elif isinstance(facts, AudioFacts):
        each, decoded = 4, 4 * facts.frames * facts.channels
    else:
        return 0
    beside = sum(one.width * one.height * each for one in partners if isinstance(one, ImageFacts))
    made = largest * each
    return _COPIES * max(decoded, made) + beside + (opened.frames - 1) * (decoded + made)


@cache
def shared_gate() -> Gate:
    """The gate of this process and of those that it forks: a share of the memory that they may use."""
    return Gate(int(_SHARE_OF_MEMORY * _memory_bytes()))


def _memory_bytes() -> int:
    """The machine's memory, or what the control group allows of it."""
    try:
        sizes = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    except (ValueError, OSError, AttributeError):
        sizes = [8 << 30]
    for path in _CGROUP_LIMITS:
        try:
            with open(path, encoding="ascii") as file:
                sizes.append(int(file.read()))
        except (OSError, ValueError):  # no such file, or "max"
            continue
    return min(size for size in sizes if size > 0)


def _nameless_file() -> IO[bytes]:
    if hasattr(os, "memfd_create"):  # whatever the state of the disk
        return os.fdopen(os.memfd_create("augcli"), "w+b")
    return tempfile.TemporaryFile()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
