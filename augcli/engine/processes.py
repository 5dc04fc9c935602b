"""Worker processes: the CPU backend on all cores, without threads that wait for each other's turn in the interpreter.

Measured on two cores, crops of 224 pixels: two threads cost 20 % more CPU time an output than one, two processes as much
as one. A worker is a fork of this process, taken before anything in it runs on threads of its own, so it starts in
milliseconds and shares the plan and the libraries. It writes files and its own journal; only names of what it made come
back. A decoder that crashes takes one worker along, and one that hangs is ended with its worker: that costs the sample in
hand its record, and nothing else.
"""

from __future__ import annotations

import ctypes
import gc
import os
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

from augcli.core.outcome import Failure, UserError

from .events import Event
from .rounds import Task

Chunk = list[Task]
Work = Callable[[Task], list[Event]]
Begin = Callable[[], AbstractContextManager[Work]]  # called in a worker; what it gives does one task after the other there

_AHEAD = 2  # chunks that a worker is handed at a time: it need not wait for the next one
_MOST_UNITS = 16  # of a chunk
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, from linux/prctl.h


def may_fork() -> bool:
    """Whether a fork of this process is safe: no other thread of Python's, which may hold a lock, and no CUDA context."""
    torch = sys.modules.get("torch")
    on_cuda = torch is not None and torch.cuda.is_initialized()
    return sys.platform == "linux" and threading.active_count() == 1 and not on_cuda


def in_processes(
    begin: Begin, tasks: Iterator[Task], workers: int, seconds: float, given_up: Callable[[Task, Failure], Event]
) -> Generator[Event, None, int]:
    """Do the tasks in forked workers; events as they come. An exception of a worker is raised here.

    When a worker dies, or is ended because it answers nothing for `seconds`, what it had in hand is done again in halves,
    until a single unit is left with which that happens: `given_up` makes its event. Returns how many workers died.
    """
    chunks, again, deaths = _chunks(tasks, workers), deque[Chunk](), 0
    crew: list[_Worker] = []
    try:
        while True:
            while free := _free(crew, workers):
                chunk = again.popleft() if again else next(chunks, None)
                if chunk is None:
                    break
                if free == "new":
                    try:
                        crew.append(_Worker(begin, crew))
                    except OSError as error:  # too many processes or open files: those that are there do the work
                        if not crew:
                            raise UserError(f"no worker process can be started: {error.strerror}") from None
                        workers = len(crew)
                worker = min(crew, key=lambda worker: len(worker.chunks))
                worker.send(chunk)
            busy = {worker.connection: worker for worker in crew if worker.chunks}
            if not busy:
                return deaths
            now = time.monotonic()
            for worker in busy.values():
                if now - worker.since > seconds:
                    worker.end(seconds)
            oldest = min(worker.since for worker in busy.values())
            for connection in wait(list(busy), timeout=max(0.0, oldest + seconds - now) + 0.01):
                worker = busy[connection]  # type: ignore[index]
                reply = worker.reply()
                if isinstance(reply, BaseException):
                    raise reply
                if reply is not None:
                    yield from reply
                    continue
                crew.remove(worker)
                deaths += 1
                why, (suspect, *waiting) = worker.bury(), worker.chunks
                again.extend(waiting)
                if smaller := _halves(suspect):
                    again.extend(smaller)
                else:
                    yield given_up(suspect[0], why)
    finally:
        for worker in crew:
            worker.dismiss()


def _free(crew: list[_Worker], workers: int) -> str:
    """ "old" when a worker can take another chunk, "new" when another worker may start, "" when all have enough."""
    if len(crew) < workers and all(worker.chunks for worker in crew):
        return "new"
    return "old" if any(len(worker.chunks) < _AHEAD for worker in crew) else ""


def _chunks(tasks: Iterator[Task], workers: int) -> Iterator[Chunk]:
    """A few tasks at a time, since each message costs; the first ones small, so that little jobs keep all workers busy."""
    chunk: Chunk = []
    units = sent = 0
    for task in tasks:
        chunk.append(task)
        units += len(task[1])
        if units >= min(_MOST_UNITS, 1 + sent // (8 * workers)):
            yield chunk
            sent += units
            chunk, units = [], 0
    if chunk:
        yield chunk


def _halves(chunk: Chunk) -> list[Chunk]:
    """The chunk in two; nothing when it is a single unit."""
    if len(chunk) > 1:
        middle = len(chunk) // 2
        return [chunk[:middle], chunk[middle:]]
    source, units = chunk[0]
    middle = len(units) // 2
    return [[(source, units[:middle])], [(source, units[middle:])]] if middle else []


class _Worker:
    """A forked process, the line to it, the chunks that it was handed and has not answered, and since when it has the first."""

    def __init__(self, begin: Begin, crew: list[_Worker]) -> None:
        self.chunks: deque[Chunk] = deque()
        self.since = 0.0
        self._late = 0.0
        self.connection, theirs = Pipe()
        parent = os.getpid()
        with warnings.catch_warnings():
            # numpy's linear algebra keeps threads of its own, which are none of ours; they survive a fork by themselves.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if not self.pid:
            for connection in (self.connection, *(worker.connection for worker in crew)):
                connection.close()
            _serve(theirs, begin, parent)
        theirs.close()

    def send(self, chunk: Chunk) -> None:
        if not self.chunks:
            self.since = time.monotonic()
        self.chunks.append(chunk)
        self._send(chunk)

    def _send(self, message: Chunk | None) -> None:
        before = signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # the command line has it end the process
        try:
            self.connection.send(message)
        except OSError:
            return  # it has died: reply() says so, and the chunk is among those that it leaves
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
        """It has been at its first chunk for longer than this."""
        self._late = seconds
        os.kill(self.pid, signal.SIGKILL)

    def bury(self) -> Failure:
        """Why it died."""
        self.connection.close()
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        if self._late:
            return Failure("timeout", "execute", f"not done after {self._late:g} s; the limit is limits.max_work_seconds")
        how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit status {code}"
        return Failure("worker.crash", "execute", f"the process that worked on it died {how}")

    def dismiss(self) -> None:
        """Let it finish what it has been handed, and end."""
        self._send(None)
        try:
            while True:
                self.connection.recv()
        except (EOFError, OSError):
            self.bury()


def _serve(connection: Connection, begin: Begin, parent: int) -> NoReturn:
    """The whole life of a worker. It ends without the exit handlers and open buffers that it has from its parent."""
    # Signals are the parent's affair, which lets the workers know; a parent that is killed takes them along.
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
    """The error as it can go through a pipe, or its traceback as a RuntimeError."""
    import pickle
    import traceback

    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError("".join(traceback.format_exception(error)))
    error.add_note("".join(traceback.format_exception(error)))
    return error
