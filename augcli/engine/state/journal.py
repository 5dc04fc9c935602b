"""The journal: what has been done, one line per unit, written in one unbuffered write and never changed.

A line has fixed columns, so that a run can tell what is left without parsing JSON:
unit hash, pipeline signature, source fingerprint (16 hex digits each), status, bytes of the output, its SHA-256;
then the manifest record and the private part (times, messages, document fragment), separated by tabs.
Every run, and each of its worker processes, appends to a journal of its own, so nothing ever follows a torn last line.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy

from augcli.dataset.write import trouble

DONE, FAILED, PLACE, PRUNED = "D", "F", "P", "X"
NO_HASH = "0" * 64
_COLUMNS_BYTES = 16 * 3 + 3 + 1 + 1 + 12 + 1 + 64 + 1
_COLUMNS = re.compile(rb"(?:[0-9a-f]{16} ){3}[A-Z] [ 0-9]{11}[0-9] [0-9a-f]{64} \{")
_ENTRY = numpy.dtype(
    [
        ("unit", "<u8"),
        ("pipeline", "<u8"),
        ("source", "<u8"),
        ("status", "S1"),
        ("size", "<u8"),
        ("file", "<u4"),
        ("offset", "<u8"),
    ]
)


class Line(NamedTuple):
    """One journal line, its record and private part still as JSON text."""

    status: str
    size: int
    sha256: str
    record: str
    private: str


class Journal:
    """Appends lines; safe to use from many threads."""

    def __init__(self, folder: str) -> None:
        self._lock = threading.Lock()
        self._broken: OSError | None = None
        try:
            os.makedirs(folder, exist_ok=True)
            self.path, self._descriptor = _next(folder)
        except OSError as error:
            raise trouble(error, folder) from None
        self._lines = 0

    def append(
        self,
        unit: int,
        pipeline: int,
        source: int,
        status: str,
        size: int,
        sha256: str,
        record: str,
        private: str = "{}",
    ) -> None:
        """Add one line. `record` and `private` are JSON text, as `json_line` makes it."""
        columns = f"{unit:016x} {pipeline:016x} {source:016x} {status} {size:12d} {sha256:64} "
        line = f"{columns}{record}\t{private}\n".encode()
        with self._lock:
            try:
                if self._broken is not None:
                    raise self._broken
                while line:
                    line = line[os.write(self._descriptor, line) :]
            except OSError as error:
                # The line may be torn, which only a last line may be: nothing is written after it.
                self._broken = error
                raise trouble(error, self.path) from None
            self._lines += 1

    def flush(self) -> None:
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            raise trouble(error, self.path) from None

    def close(self) -> None:
        os.close(self._descriptor)
        if not self._lines:
            os.unlink(self.path)


def _next(folder: str) -> tuple[str, int]:
    """A new file, numbered after all others. Workers ask at the same time, so a number may have just been taken."""
    number = max((int(name.split(".")[0]) for name in journal_files(folder)), default=0)
    while True:
        number += 1
        path = os.path.join(folder, f"{number:06d}.jsonl")
        try:
            return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o666)
        except FileExistsError:
            continue


def journal_files(folder: str) -> list[str]:
    return sorted(name for name in os.listdir(folder) if name.endswith(".jsonl")) if os.path.isdir(folder) else []


class JournalIndex:
    """All journals of an output folder: 53 bytes per unit in memory, looked up by bisection. Later lines win."""

    def __init__(self, folder: str) -> None:
        self._paths = [os.path.join(folder, name) for name in journal_files(folder)]
        rows: list[numpy.ndarray[Any, Any]] = []
        for number, path in enumerate(self._paths):
            rows.append(numpy.fromiter(_entries(path, number), dtype=_ENTRY))
        table = numpy.concatenate(rows) if rows else numpy.empty(0, _ENTRY)
        order = numpy.argsort(table["unit"], kind="stable")
        table = table[order]
        last = numpy.ones(len(table), bool)
        last[:-1] = table["unit"][1:] != table["unit"][:-1]
        self._table = table[last]
        self._units = numpy.ascontiguousarray(self._table["unit"])
        self._files: dict[int, Any] = {}
        self.failures = int((self._table["status"] == FAILED.encode()).sum())

    def __len__(self) -> int:
        return len(self._table)

    def find(self, unit: int) -> Any | None:
        """The entry of a unit (fields pipeline, source, status, size), or None."""
        place = int(self._units.searchsorted(numpy.uint64(unit)))
        if place < len(self._units) and int(self._units[place]) == unit:
            return self._table[place]
        return None

    def leftover(self, planned: Iterable[int]) -> list[Any]:
        """The entries of finished units that are not among the planned ones."""
        seen = numpy.zeros(len(self._table), bool)
        for unit in planned:
            place = int(self._units.searchsorted(numpy.uint64(unit)))
            if place < len(self._units) and int(self._units[place]) == unit:
                seen[place] = True
        return list(self._table[~seen & (self._table["status"] == DONE.encode())])

    def line(self, entry: Any) -> Line:
        """The whole line of an entry."""
        number = int(entry["file"])
        if number not in self._files:
            self._files[number] = open(self._paths[number], "rb")  # noqa: SIM115  (closed by `close`)
        file = self._files[number]
        file.seek(int(entry["offset"]))
        text = file.readline().decode("ascii")
        record, _, private = text[_COLUMNS_BYTES:].rstrip("\n").partition("\t")
        return Line(text[51], int(text[53:65]), text[66:130], record, private)

    def close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files.clear()


def _entries(path: str, number: int) -> Iterator[tuple[int, int, int, bytes, int, int, int]]:
    offset = 0
    with open(path, "rb") as file:
        for line in file:
            # A line without its end is torn: its writer was killed, and its unit is made again.
            if line.endswith(b"\n") and _COLUMNS.match(line):
                yield (
                    int(line[:16], 16),
                    int(line[17:33], 16),
                    int(line[34:50], 16),
                    line[51:52],
                    int(line[53:65]),
                    number,
                    offset,
                )
            offset += len(line)
