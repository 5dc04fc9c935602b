"""What the state says about units, as columns: one row for each, compared and looked up without parsing anything."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from augcli.core.plan import Fingerprint

from .frames import Body, StateFrame
from .state_file import StateFile

# A pruned unit has only a row of columns: it is as if it had never been made.
DONE, FAILED, PLACE, PRUNED = 1, 2, 3, 4
WORK = "W"
NO_HASH = bytes(32)
MOST_UNITS, MOST_BYTES = 256, 1 << 20

UNIT = numpy.dtype(
    [
        ("unit", "<u8"),
        ("signature", "<u8"),
        ("name", "<u8"),
        ("source", "<u8"),
        ("others", "<u8"),
        ("size", "<u8"),
        ("sha256", "V32"),
        ("record", "<u4"),  # length of the record line, without its end
        ("private", "<u4"),
        ("status", "<u2"),
        ("row", "<u2"),  # 1 for a row of a document, whose private part is what it adds there; 0 for a file: its path
    ]
)
Columns = NDArray[Any]
Words = NDArray[numpy.uint64]


class UnitEntry(NamedTuple):
    """One unit as it is kept: its columns in order, then its record line and its private part."""

    unit: int
    fingerprint: Fingerprint
    status: int
    size: int
    sha256: bytes
    record: bytes
    private: bytes = b""
    row: bool = False


class FrameBuilder:
    """Collects entries until there is enough for a frame."""

    def __init__(self) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._records: list[bytes] = []
        self._private: list[bytes] = []
        self._bytes = 0
        self.bodies: list[Body] = []

    def add(self, entry: UnitEntry) -> None:
        unit, (signature, name, source, others), status, size, digest, record, private, row = entry
        self._rows.append((unit, signature, name, source, others, size, digest, len(record), len(private), status, row))
        self._records.append(record)
        self._private.append(private)
        self._bytes += len(record) + len(private)
        if len(self._rows) >= MOST_UNITS or self._bytes >= MOST_BYTES:
            self.end_frame()

    def end_frame(self) -> None:
        if not self._rows:
            return
        records = b"\n%b\n" % b"\n".join(self._records)
        self.bodies.append(Body(WORK, numpy.array(self._rows, UNIT).tobytes(), records, b"".join(self._private)))
        self._rows, self._records, self._private, self._bytes = [], [], [], 0

    def take(self) -> list[Body]:
        """The frames collected so far."""
        self.end_frame()
        bodies, self.bodies = self.bodies, []
        return bodies


def mixed(words: Words) -> Words:
    """Spread 64-bit words so that neighbouring numbers have nothing in common (the finaliser of SplitMix64)."""
    words = (words ^ (words >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return words ^ (words >> numpy.uint64(31))


def unit_words(sources: Words, copies: NDArray[numpy.int64] | int) -> Words:
    """What units are looked up by: 64 bits from those of their source and the number of the copy."""
    step = numpy.uint64(0x9E3779B97F4A7C15)
    return mixed(sources + numpy.asarray(copies, numpy.int64).astype(numpy.uint64) * step)


class StateIndex:
    """All units of a state file, looked up by bisection; of several entries of a unit, the last one counts.

    An entry is known by its number, counted through the file. Takes about 120 bytes an entry.
    """

    def __init__(self, state: StateFile) -> None:
        self._state = state
        # A frame whose parts do not fit each other was not written by augcli: its units are made again.
        read = [(frame, _columns(state, frame)) for frame in state.frames if frame.kind == WORK]
        self._frames = [frame for frame, table in read if table is not None]
        tables = [table for _, table in read if table is not None]
        self.table: Columns = numpy.concatenate(tables) if tables else numpy.empty(0, UNIT)
        self._first = numpy.cumsum([0, *map(len, tables)])  # the number of each frame's first entry
        del tables, read
        self._records = self._places("record", 1, 1, lambda frame: frame.start + frame.columns)
        self._private = self._places("private", 0, 0, lambda frame: frame.start + frame.columns + frame.records)
        order = numpy.argsort(self.table["unit"], kind="stable")
        units = self.table["unit"][order]
        last = numpy.ones(len(order), bool)
        last[:-1] = units[1:] != units[:-1]
        self._order, self._units = order[last], units[last]
        self.failures = bool((self.table["status"] == FAILED).any())

    def _places(self, field: str, before: int, between: int, start: Callable[[StateFrame], int]) -> NDArray[numpy.int64]:
        """Where each entry's part begins: in the file, or in the records or the private part of a packed frame."""
        lengths = self.table[field].astype(numpy.int64) + between
        places = numpy.cumsum(lengths) - lengths
        counts = numpy.diff(self._first)
        starts = numpy.array([0 if frame.packed else start(frame) for frame in self._frames], numpy.int64)
        if len(places):
            starts += before - places[self._first[:-1]]
            places += numpy.repeat(starts, counts)
        return places

    def __len__(self) -> int:
        return len(self.table)

    def find(self, units: Words) -> NDArray[numpy.int64]:
        """The numbers of the entries that count for these units; -1 where there is none."""
        if not len(self._units):
            return numpy.full(len(units), -1, numpy.int64)
        places = numpy.minimum(self._units.searchsorted(units), len(self._units) - 1)
        return numpy.where(self._units[places] == units, self._order[places], -1)

    def current(self) -> NDArray[numpy.int64]:
        """The numbers of all entries that count, in the order of the file."""
        return numpy.sort(self._order)

    def since(self, frames: int) -> int:
        """The number of the first entry that lies behind the first frames of the file."""
        return int(self._first[sum(1 for frame in self._frames if frame.sequence < frames)])

    def entry(self, number: int) -> UnitEntry:
        """One entry as a whole."""
        row, one = self.table[number], numpy.array([number])
        fingerprint = Fingerprint(*[int(row[name]) for name in ("signature", "name", "source", "others")])
        record, private = next(self.records(one)), next(self.private(one))
        return UnitEntry(
            int(row["unit"]), fingerprint, int(row["status"]), int(row["size"]), row["sha256"].tobytes(), record, private,
            bool(row["row"]),
        )  # fmt: skip

    def records(self, entries: NDArray[numpy.int64]) -> Iterator[bytes]:
        """Their record lines, without line breaks."""
        return self._parts(entries, self._records, "record", 1)

    def private(self, entries: NDArray[numpy.int64]) -> Iterator[bytes]:
        """Their private parts: the path of an output, what a row adds to its document, the message of a failure."""
        return self._parts(entries, self._private, "private", 2)

    def _parts(self, entries: NDArray[numpy.int64], places: NDArray[numpy.int64], field: str, part: int) -> Iterator[bytes]:
        starts = places[entries]
        stops = starts + self.table[field][entries]
        if any(frame.packed for frame in self._frames):
            return self._slowly(entries, starts, stops, part)
        buffer = self._state.buffer()
        return (buffer[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True))

    def _slowly(
        self, entries: NDArray[numpy.int64], starts: NDArray[numpy.int64], stops: NDArray[numpy.int64], part: int
    ) -> Iterator[bytes]:
        frames = (self._first.searchsorted(entries, "right") - 1).tolist()
        opened, body = -1, Body(WORK)
        for number, start, stop in zip(frames, starts.tolist(), stops.tolist(), strict=True):
            frame = self._frames[number]
            if not frame.packed:
                yield self._state.buffer()[start:stop]
                continue
            if number != opened:
                opened, body = number, self._state.body(frame)
            yield (body.records if part == 1 else body.private)[start:stop]


def _columns(state: StateFile, frame: StateFrame) -> Columns | None:
    """The table of a frame; None where its lengths are not those of the records and private parts behind it."""
    if frame.packed:
        body = state.body(frame)
        data, private = body.columns, len(body.private)
    else:
        data = state.buffer()[frame.start : frame.start + frame.columns]
        private = frame.stop - frame.start - frame.columns - frame.records
    if len(data) % UNIT.itemsize:
        return None
    table = numpy.frombuffer(data, UNIT)
    records = 1 + int(table["record"].sum(dtype=numpy.int64)) + len(table)
    return table if (records, int(table["private"].sum(dtype=numpy.int64))) == (frame.records, private) else None


def record_of(line: bytes) -> dict[str, Any]:
    """The object that a line of JSON is, such as a record; nothing where it is none: a state may come from somebody else."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}
