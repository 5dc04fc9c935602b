"""Interrupts: the first lets work in flight finish, the second ends the process at once."""

from __future__ import annotations

import mmap
import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Any

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)
GRACE_S = 10.0


class Interrupted(Exception):
    """A signal stopped the run; what was done is safe, and the same command resumes it."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


class StopRequest:
    """Notes SIGINT, SIGTERM and SIGUSR1 while it is open. SIGINT stays ignored if the shell ignores it."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 1)  # forked workers see it change
        self._before: dict[int, Any] = {}
        self._watchdog: threading.Timer | None = None

    def __enter__(self) -> StopRequest:
        if threading.current_thread() is threading.main_thread():
            for number in _STOPPING:
                before = signal.getsignal(number)
                if before != signal.SIG_IGN:
                    self._before[number] = before
                    signal.signal(number, self._note)
        return self

    @property
    def number(self) -> int:
        """The signal that has arrived; 0 if none has."""
        return self._shared[0]

    def asked(self) -> bool:
        """Whether to begin nothing new."""
        return self.number != 0

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.number:
            os._exit(128 + number)
        self._shared[0] = number
        # Journal lines are unbuffered, so even ending in the middle of an image loses only that image.
        self._watchdog = threading.Timer(GRACE_S, _give_up, [number])
        self._watchdog.daemon = True
        self._watchdog.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        if self._watchdog is not None:
            self._watchdog.cancel()

    def check(self) -> None:
        """Raise Interrupted if a signal has arrived."""
        if self.number:
            raise Interrupted(self.number)


def _give_up(number: int) -> None:
    """End now: what is in flight takes too long."""
    os.write(2, b"augcli: stopped with a file in hand; run the same command again to go on where it stopped.\n")
    os._exit(75 if number == signal.SIGUSR1 else 128 + number)
