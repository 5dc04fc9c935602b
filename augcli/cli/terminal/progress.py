"""Progress on stderr: a bar on a terminal, elsewhere a plain line every half minute."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

from .render import printable

if TYPE_CHECKING:
    from augcli.engine.state.events import Event

_PLAIN_EVERY_S = 30.0


class Progress:
    """A listener of the engine's events. `kind` is auto, bar, plain or none."""

    def __init__(self, kind: str) -> None:
        self._kind = ("bar" if sys.stderr.isatty() else "plain") if kind == "auto" else kind
        self._bar: Any = None
        self._units = self._done = self._failed = 0
        self._started = self._told = time.monotonic()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, event: Event) -> None:
        from augcli.engine.state.events import Finishing, Started, UnitFailed, UnitsDone

        if isinstance(event, Started):
            self._start(event.units, event.done)
        elif isinstance(event, UnitsDone):
            self._advance(event.units)
        elif isinstance(event, UnitFailed):
            self._failed += event.units
            self._tell(f"{event.unit_id}: {event.failure.code}: {event.failure.message}")
            self._advance(event.units)
        elif isinstance(event, Finishing) and self._kind == "plain":
            self._line()

    def _start(self, units: int, done: int) -> None:
        self._units, self._done, self._before = units, done, done
        self._started = self._told = time.monotonic()
        if self._kind == "bar":
            from tqdm import tqdm

            tqdm.monitor_interval = 0  # its thread would keep the engine from forking its workers
            self._bar = tqdm(total=units, initial=done, unit=" outputs", file=sys.stderr, smoothing=0.1, **_width())

    def _advance(self, count: int) -> None:
        self._done += count
        if self._bar is not None:
            self._bar.update(count)
        elif self._kind == "plain" and time.monotonic() - self._told >= _PLAIN_EVERY_S:
            self._line()

    def _line(self) -> None:
        self._told = time.monotonic()
        rate = (self._done - self._before) / max(self._told - self._started, 1e-9)
        left = f", about {(self._units - self._done) / rate:.0f} s left" if rate and self._done < self._units else ""
        failed = f", {self._failed} failed" if self._failed else ""
        self._tell(f"{self._done} of {self._units} ({100 * self._done // max(self._units, 1)} %), {rate:.0f}/s{left}{failed}")

    def _tell(self, text: str) -> None:
        if self._kind == "none":
            return
        safe = printable(text).replace("\n", "\\n").replace("\r", "\\r")
        if self._bar is not None:
            self._bar.write(safe, file=sys.stderr)
        else:
            print(safe, file=sys.stderr, flush=True)


def _width() -> dict[str, Any]:
    """tqdm's options for the bar's width: the terminal's, or 80 where the terminal claims to have none (some CI services)."""
    try:
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
    except OSError:
        return {"dynamic_ncols": True}
    return {"dynamic_ncols": True} if columns else {"ncols": 80}
