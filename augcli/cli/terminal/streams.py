"""Standard input, output and errors as they may be: closed, full, not waiting, or a pipe that nobody reads."""

from __future__ import annotations

import io
import os
import select
import sys
from contextlib import suppress
from typing import Any

from augcli.core.values.outcome import OutputError


def guard() -> None:
    """Open what is closed, so that no file of ours gets its number and then what is printed.

    Results that cannot be printed are an error, where standard output is closed as well. Messages that cannot be are not:
    a run of hours does not end because a log is full.
    """
    descriptors = [_filled(number) for number in range(3)]
    if _is_pythons(sys.stdout, sys.__stdout__, 1):
        sys.stdout = _text(_Results(descriptors[1], "w", closefd=False), sys.stdout)
    if _is_pythons(sys.stderr, sys.__stderr__, 2):
        sys.stderr = _text(_Messages(descriptors[2], "w", closefd=False), sys.stderr, line_buffering=True)


def lost_results() -> OutputError | None:
    """Print what is still to be printed; says why results have been lost, if any have."""
    with suppress(OutputError):
        sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return raw.error if isinstance(raw, _Results) else None


class _Results(io.FileIO):
    """Raises OutputError (DiskFull where there is no room) the first time that something is lost."""

    error: OutputError | None = None

    def write(self, data: Any) -> int:
        if self.error is not None:
            return len(data)
        try:
            while (count := super().write(data)) is None:  # a stream that does not wait
                select.select([], [self], [])
            return count
        except OSError as error:
            from augcli.dataset.write import trouble

            kind = type(trouble(error, ""))  # whether there is no room
            self.error = kind(f"cannot write to standard output: {os.strerror(error.errno or 0)}; results are lost")
            raise self.error from None


class _Messages(io.FileIO):
    """Loses what cannot be written."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data) or len(data)
        except OSError:
            return len(data)


def _filled(number: int) -> int:
    """The descriptor to use for a standard stream. Where it was closed, writing results fails and messages are lost."""
    nowhere = os.O_WRONLY if number == 2 else os.O_RDONLY
    try:
        os.fstat(number)
    except OSError:
        opened = os.open(os.devnull, nowhere)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)
        return number
    is_pythons = (sys.__stdin__, sys.__stdout__, sys.__stderr__)[number] is not None
    return number if is_pythons else os.open(os.devnull, nowhere)  # it was closed, and is a file opened since


def _is_pythons(stream: Any, original: Any, number: int) -> bool:
    """Whether a stream is the one that Python made, or would have made; others, as of tests, are left alone."""
    if stream is not original:
        return False
    return stream is None or (isinstance(stream, io.TextIOWrapper) and stream.fileno() == number)


def _text(raw: io.FileIO, old: Any, line_buffering: bool = False) -> io.TextIOWrapper:
    """A text stream like Python's own; any file name can be printed, in any locale."""
    if old is not None:
        old.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=old.encoding if old is not None else "utf-8",
        errors="backslashreplace",
        line_buffering=line_buffering or raw.isatty(),
    )
