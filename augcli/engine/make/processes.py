"""Worker processes: the CPU backend on all cores, without threads that wait for each other in the interpreter.

Measured on two cores, crops of 224 pixels: two threads cost 20 % more CPU time per output than one, two processes as much
as one. A worker is forked from this process before anything in it has started threads, so it starts in milliseconds and
shares the plan and the libraries. It writes files and its own journal, and reports only the names of what it made. A
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

from augcli.core.plan import Task
from augcli.core.values.outcome import Failure, UserError
from augcli.engine.state.events import Event

Chunk = list[Task]
Work = Callable[[Task], list[Event]]
Begin = Callable[[], AbstractContextManager[Work]]  # called in a worker; what it returns does one task after another there

_AHEAD = 2  # chunks handed to a worker at once, so that it need not wait for the next
_MOST_UNITS = 16  # of a chunk of several sources
_MOST_COPIES = 64  # copies of one source per chunk: more are split, so that progress shows and all workers get some
_BUFFERED_BYTES = 32 << 10  # what the pipe to a worker accepts in any case, even while the worker is busy
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, from linux/prctl.h


def may_fork() -> bool:
    """Whether forking this process is safe: no other Python thread, which may hold a lock, and no CUDA context."""
    torch = sys.modules.get("torch")
    on_cuda = torch is not None and torch.cuda.is_initialized()
    alone = threading.active_count() == 1 and threading.current_thread() is threading.main_thread()
    return sys.platform == "linux" and alone and not on_cuda


def in_processes(
    begin: Begin, tasks: Iterator[Task], workers: int, seconds: float, given_up: Callable[[Task, Failure], Event]
) -> Generator[Event, None, int]:
    """Do the tasks in forked workers and yield events as they arrive. An exception in a worker is raised here.

    If a worker dies, or is ended because it does not answer for `seconds`, its work is done again in halves, until a single
    unit is left with which that happens twice: `given_up` makes its event. Returns how many workers died.
    """
    crew = _Crew(begin, _chunks(tasks, workers), workers, seconds)
    try:
        while crew.feed():
            yield from crew.collect(given_up)
        return crew.deaths
    finally:
        crew.dismiss()


class _Crew:
    """The workers and their work: new chunks, and chunks that dead workers left."""

    def __init__(self, begin: Begin, chunks: Iterator[Chunk], most: int, seconds: float) -> None:
        self._begin, self._chunks, self._most, self._seconds = begin, chunks, most, seconds
        self._workers: list[_Worker] = []
        self._again: deque[Chunk] = deque()
        self._tried: set[str] = set()  # single units with which a worker has died once, which need not be their fault
        self.deaths = 0

    def feed(self) -> bool:
        """Hand out chunks until every worker has enough; returns whether any has work."""
        while start := self._room():
            chunk = self._again.popleft() if self._again else next(self._chunks, None)
            if chunk is None:
                break
            message = pickle.dumps(chunk)
            if start == "new":
                self._start()
            worker = min(self._workers, key=lambda worker: len(worker.chunks))
            if worker.chunks and len(message) > _BUFFERED_BYTES:
                self._again.appendleft(chunk)  # a worker that is not reading could block us, and we it
                break
            worker.send(chunk, message)
        return any(worker.chunks for worker in self._workers)

    def _room(self) -> str:
        """ "old" when a worker can take another chunk, "new" when another worker may start, "" when all have enough."""
        if len(self._workers) < self._most and all(worker.chunks for worker in self._workers):
            return "new"
        return "old" if any(len(worker.chunks) < _AHEAD for worker in self._workers) else ""

    def _start(self) -> None:
        try:
            self._workers.append(_Worker(self._begin, self._workers))
        except OSError as error:  # too many processes or open files: the workers that could be started do the work
            if not self._workers:
                raise UserError(f"cannot start a worker process: {error.strerror}") from None
            self._most = len(self._workers)

    def collect(self, given_up: Callable[[Task, Failure], Event]) -> Iterator[Event]:
        """Wait until a worker answers, dies or is late."""
        busy = {worker.connection: worker for worker in self._workers if worker.chunks}
        now = time.monotonic()
        for worker in busy.values():
            if now - worker.since > self._seconds:
                worker.end(self._seconds)
        left = min(worker.since for worker in busy.values()) + self._seconds - now
        for connection in wait(list(busy), timeout=max(0.0, left) + 0.01):
            worker = busy[connection]  # type: ignore[index]
            reply = worker.reply()
            if isinstance(reply, BaseException):
                raise reply
            if reply is not None:
                yield from reply
                continue
            self._workers.remove(worker)
            self.deaths += 1
            why, (suspect, *waiting) = worker.bury(), worker.chunks
            self._again.extend(waiting)
            unit = suspect[0].units[0]
            if smaller := _halves(suspect):
                self._again.extend(smaller)
            elif unit.id not in self._tried:
                self._tried.add(unit.id)
                self._again.append(suspect)
            else:
                yield given_up(suspect[0], why)

    def dismiss(self) -> None:
        for worker in self._workers:
            worker.dismiss(self._seconds)


def _chunks(tasks: Iterator[Task], workers: int) -> Iterator[Chunk]:
    """A few tasks at a time, because each message costs; the first chunks are small, so that small jobs use all workers."""
    chunk: Chunk = []
    units = sent = 0
    for task in _parted(tasks):
        chunk.append(task)
        units += len(task.units)
        if units >= min(_MOST_UNITS, 1 + sent // (8 * workers)):
            yield chunk
            sent += units
            chunk, units = [], 0
    if chunk:
        yield chunk


def _parted(tasks: Iterator[Task]) -> Iterator[Task]:
    for task in tasks:
        for first in range(0, len(task.units), _MOST_COPIES):
            yield task._replace(units=task.units[first : first + _MOST_COPIES])


def _halves(chunk: Chunk) -> list[Chunk]:
    """The chunk split in two; nothing if it is a single unit."""
    if len(chunk) > 1:
        middle = len(chunk) // 2
        return [chunk[:middle], chunk[middle:]]
    task = chunk[0]
    middle = len(task.units) // 2
    return [[task._replace(units=half)] for half in (task.units[:middle], task.units[middle:])] if middle else []


class _Worker:
    """A forked process, the pipe to it, the chunks it has not answered yet, and since when it has had the first."""

    def __init__(self, begin: Begin, crew: list[_Worker]) -> None:
        self.chunks: deque[Chunk] = deque()
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

    def send(self, chunk: Chunk, message: bytes) -> None:
        """Hand over a chunk; `message` is the chunk as sent through the pipe."""
        if not self.chunks:
            self.since = time.monotonic()
        self.chunks.append(chunk)
        self._send(message)

    def _send(self, message: bytes) -> None:
        before = signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # the command line ends the process on it
        try:
            self.connection.send_bytes(message)
        except OSError:
            return  # the worker has died: reply() will report that, and the chunk is among those it leaves
        finally:
            signal.signal(signal.SIGPIPE, before)

    def reply(self) -> list[Event] | BaseException | None:
        """The events of the oldest chunk, or the exception that ended the worker, or None when it has died."""
        try:
            reply: list[Event] | BaseException = self.connection.recv()
        except (EOFError, OSError):
            return None
        self.chunks.popleft()
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

    def dismiss(self, seconds: float) -> None:
        """Let the worker finish what it was handed, then end."""
        self._send(pickle.dumps(None))
        try:
            while self.connection.poll(seconds):
                self.connection.recv()
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
                while (chunk := connection.recv()) is not None:
                    connection.send([event for task in chunk for event in work(task)])
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
