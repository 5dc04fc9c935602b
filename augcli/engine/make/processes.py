"""Worker processes: the CPU backend on all cores, without threads that wait for each other in the interpreter.

Measured on two cores, crops of 224 pixels: two threads cost 20 % more CPU time per output than one, two processes as much
as one. A worker is forked from this process before anything in it has started threads, so it starts in milliseconds and
shares the plan and the libraries. It writes files, and reports what the state is to say about them. A
decoder that crashes takes its worker with it, and one that hangs is ended together with its worker: that costs the current
sample a failure record, and nothing else.
"""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import signal
import sys
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection, Pipe, wait
from typing import NoReturn

from augcli.core.values.outcome import Failure, UserError

from .hand_out import Range
from .outputs import Report

Work = Callable[[Range], Report]
Begin = Callable[[], AbstractContextManager[Work]]  # called in a worker; what it returns does one range after another there

_AHEAD = 2  # ranges handed to a worker at once, so that it need not wait for the next
_MOST_UNITS = 512  # as many as rows in a block, which is then read once
_RANGE_S = 0.3  # how long a worker is to be busy with one range
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, from linux/prctl.h


def may_fork() -> bool:
    """Whether forking this process is safe: no other Python thread, which may hold a lock, and no CUDA context."""
    torch = sys.modules.get("torch")
    on_cuda = torch is not None and torch.cuda.is_initialized()
    alone = threading.active_count() == 1 and threading.current_thread() is threading.main_thread()
    return sys.platform == "linux" and alone and not on_cuda


def in_processes(
    begin: Begin,
    hand_out: Callable[[int], Range | None],
    workers: int,
    seconds: float,
    given_up: Callable[[Range, Failure], Report],
    keep: Callable[[Report], object],
) -> Generator[Report, None, int]:
    """Do the work in forked workers and yield their reports as they arrive. An exception in a worker is raised here.

    `hand_out(most)` gives the next range of work. If a worker dies, or is ended because it does not answer for `seconds`, its
    work is done again in halves, until a single unit is left with which that happens twice: `given_up` makes its report.
    Returns how many workers died. Where this ends early, what workers have done by then is given to `keep`.
    """
    crew = _Crew(begin, hand_out, workers, seconds)
    try:
        while crew.feed():
            yield from crew.collect(given_up)
        return crew.deaths
    finally:
        for report in crew.dismiss():
            keep(report)


class _Crew:
    """The workers and their work: new ranges, and ranges that dead workers left."""

    def __init__(self, begin: Begin, hand_out: Callable[[int], Range | None], most: int, seconds: float) -> None:
        self._begin, self._hand_out, self._most, self._seconds = begin, hand_out, most, seconds
        self._workers: list[_Worker] = []
        self._again: deque[Range] = deque()
        self._tried: set[int] = set()  # single units with which a worker has died once, which need not be their fault
        self._sent = 0
        self._seconds_each = _RANGE_S  # what a unit takes, as the last reports tell
        self.deaths = 0

    def feed(self) -> bool:
        """Hand out work until every worker has enough; returns whether any has work."""
        while start := self._room():
            work = self._again.popleft() if self._again else self._hand_out(self._next_size())
            if work is None:
                break
            if start == "new":
                self._start()
            min(self._workers, key=lambda worker: len(worker.work)).send(work)
            self._sent += work.units
        return any(worker.work for worker in self._workers)

    def _next_size(self) -> int:
        """How many units to hand out: few at first, so that small jobs use all workers, then some tenths of a second."""
        return min(_MOST_UNITS, 1 + self._sent // (8 * self._most), max(1, int(_RANGE_S / self._seconds_each)))

    def _room(self) -> str:
        """ "old" when a worker can take more work, "new" when another worker may start, "" when all have enough."""
        if len(self._workers) < self._most and all(worker.work for worker in self._workers):
            return "new"
        return "old" if any(len(worker.work) < _AHEAD for worker in self._workers) else ""

    def _start(self) -> None:
        try:
            self._workers.append(_Worker(self._begin, self._workers))
        except OSError as error:  # too many processes or open files: the workers that could be started do the work
            if not self._workers:
                raise UserError(f"cannot start a worker process: {error.strerror}") from None
            self._most = len(self._workers)

    def collect(self, given_up: Callable[[Range, Failure], Report]) -> Iterator[Report]:
        """Wait until a worker answers, dies or is late."""
        busy = {worker.connection: worker for worker in self._workers if worker.work}
        now = time.monotonic()
        for worker in busy.values():
            if now - worker.since > self._seconds:
                worker.end(self._seconds)
        left = min(worker.since for worker in busy.values()) + self._seconds - now
        for connection in wait(list(busy), timeout=max(0.0, left) + 0.01):
            worker = busy[connection]  # type: ignore[index]
            units, since = worker.work[0].units, worker.since
            reply = worker.reply()
            if isinstance(reply, BaseException):
                raise reply
            if reply is not None:
                self._seconds_each = max(1e-6, (self._seconds_each + (time.monotonic() - since) / max(1, units)) / 2)
                yield reply
                continue
            self._workers.remove(worker)
            self.deaths += 1
            why, (suspect, *waiting) = worker.bury(), worker.work
            self._again.extend(waiting)
            if smaller := suspect.halves():
                self._again.extend(smaller)
            elif suspect.first not in self._tried:
                self._tried.add(suspect.first)
                self._again.append(suspect)
            else:
                yield given_up(suspect, why)

    def dismiss(self) -> Iterator[Report]:
        """End all workers; yields what they report of the work that they still had."""
        for worker in self._workers:
            yield from worker.dismiss(self._seconds)


class _Worker:
    """A forked process, the pipe to it, the work it has not answered yet, and since when it has had the first of it."""

    def __init__(self, begin: Begin, crew: list[_Worker]) -> None:
        self.work: deque[Range] = deque()
        self.since = 0.0
        self._late = 0.0
        self.connection, theirs = Pipe()
        parent = os.getpid()
        with warnings.catch_warnings():
            # numpy's linear algebra keeps threads of its own, which do not count; they handle a fork themselves.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if not self.pid:
            for connection in (self.connection, *(worker.connection for worker in crew)):
                connection.close()
            _serve(theirs, begin, parent)
        theirs.close()

    def send(self, work: Range) -> None:
        if not self.work:
            self.since = time.monotonic()
        self.work.append(work)
        self._send(pickle.dumps(work))

    def _send(self, message: bytes) -> None:
        before = signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # the command line ends the process on it
        try:
            self.connection.send_bytes(message)
        except OSError:
            return  # the worker has died: reply() will report that, and the work is among what it leaves
        finally:
            signal.signal(signal.SIGPIPE, before)

    def reply(self) -> Report | BaseException | None:
        """The report on the oldest work, or the exception that ended the worker, or None when it has died."""
        try:
            reply: Report | BaseException = self.connection.recv()
        except (EOFError, OSError):
            return None
        self.work.popleft()
        self.since = time.monotonic()
        return reply

    def end(self, seconds: float) -> None:
        """End a worker that has been busy with its first chunk for too long."""
        self._late = seconds
        os.kill(self.pid, signal.SIGKILL)

    def bury(self) -> Failure:
        """Clean up after a dead worker; returns why it died."""
        self.connection.close()
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        if self._late:
            return Failure("timeout", "execute", f"not done after {self._late:g} s; the limit is limits.max_work_seconds")
        how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit status {code}"
        return Failure("worker.crash", "execute", f"the worker process died {how}")

    def dismiss(self, seconds: float) -> Iterator[Report]:
        """Let the worker finish what it was handed, then end."""
        self._send(pickle.dumps(None))
        try:
            while self.connection.poll(seconds):
                reply = self.connection.recv()
                if not isinstance(reply, BaseException):
                    yield reply
            os.kill(self.pid, signal.SIGKILL)
        except (EOFError, OSError):
            pass
        self.bury()


def _serve(connection: Connection, begin: Begin, parent: int) -> NoReturn:
    """The whole life of a worker. It ends without running the exit handlers or flushing the buffers of its parent."""
    # Signals are left to the parent, which informs the workers; a parent that is killed takes them with it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    gc.freeze()  # what was there before is shared with the parent; the collector need not walk, and so copy, it
    code = 1
    try:
        if os.getppid() == parent:
            with begin() as work:
                while (given := connection.recv()) is not None:
                    connection.send(work(given))
            code = 0
    except (EOFError, BrokenPipeError):
        code = 0
    except BaseException as error:
        connection.send(_portable(error))
    finally:
        os._exit(code)


def _portable(error: BaseException) -> BaseException:
    """The error if it can be sent through a pipe, otherwise a RuntimeError with its traceback."""
    import traceback

    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError("".join(traceback.format_exception(error)))
    error.add_note("".join(traceback.format_exception(error)))
    return error
