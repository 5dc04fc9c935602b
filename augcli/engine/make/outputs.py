"""Writes results to files, and collects what the state is to say about them."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from augcli.core.plan import EVERY_COPY, Fingerprint, Task, unit_id
from augcli.core.values.outcome import Failure, SampleError
from augcli.dataset.layouts.blocks.reading import row_source, rows_of
from augcli.dataset.write import Writer, json_line
from augcli.engine.state.events import Event, UnitFailed, UnitsDone
from augcli.engine.store.frames import Body
from augcli.engine.store.units import DONE, FAILED, NO_HASH, PLACE, FrameBuilder, UnitEntry

from .crashes import attempt
from .hand_out import RowTask
from .recipe import Recipe
from .results import Failed, Made
from .rounds import Stopped, results
from .rows import row_results


class Report(NamedTuple):
    """What a worker tells: events for the listener, frames for the state."""

    events: list[Event]
    bodies: list[Body]


class Outputs:
    """Writes and records; safe to use from many threads. `reading` is what failures depend on besides their unit."""

    def __init__(self, writer: Writer, reading: int) -> None:
        self._writer, self._reading = writer, reading
        self._builder = FrameBuilder()
        self._lock = threading.Lock()

    def take(self, result: Made | Failed) -> Event:
        """Keep one result; raises OutputError if that is not possible."""
        if isinstance(result, Failed):
            return self._record(result)
        written = attempt("write", lambda: self._write(result))
        return self._record(Failed.unit(result.unit, written)) if isinstance(written, Failure) else written

    def make(self, recipe: Recipe, task: Task | RowTask, stopped: Stopped) -> Iterator[Event]:
        """Make and keep all outputs of one task."""
        if isinstance(task, RowTask):
            if not stopped():
                yield from self.rows(recipe, task)
        else:
            yield from (self.take(result) for result in results(recipe, task, stopped))

    def rows(self, recipe: Recipe, task: RowTask) -> Iterator[Event]:
        """Make and keep rows of a document. Where they cannot be read, they stay missing."""
        document, done, size = task.document, 0, 0
        results = row_results(recipe, document, task.place, task.outline, task.block, task.wanted)
        try:
            for position, copy, row_hash, record, failure, copies, length, digest, fragment in results:
                word, fingerprint = task.word(position, copy), task.fingerprint(copy, row_hash, failure is not None)
                if failure is None:
                    self._add(UnitEntry(word, fingerprint, DONE, length, digest, record, fragment, True))
                    done, size = done + 1, size + length
                    continue
                status = PLACE if failure.of_place else FAILED
                message = json_line(failure.message).encode("ascii")
                self._add(UnitEntry(word, fingerprint, status, copies, NO_HASH, record, message, True))
                name = unit_id(json.loads(record)["source"], copy)
                yield UnitFailed(name, document.modality, failure, copies)
        except SampleError as error:
            yield UnitFailed(f"{document.id}#…", document.modality, error.failure(), task.units - done)
        if done:
            yield UnitsDone(document.modality, done, size)

    def give_up(self, task: Task | RowTask, why: Failure) -> Iterator[Event]:
        """Record that these units have brought down whoever tried to make them."""
        if isinstance(task, Task):
            yield from (self.take(Failed.unit(unit, why)) for unit in task.units)
            return
        for position, row in enumerate(rows_of(task.document.kind, task.place, task.outline, task.block)):
            for copy in task.wanted(position, row):
                source = row_source(task.document, row)
                fingerprint = task.fingerprint(copy, row.hash, failed=False)
                yield self.take(Failed(source, copy, why, fingerprint, task.word(position, copy)))

    def report(self, all_events: Iterable[Event]) -> Report:
        """What has been kept, told at once."""
        events: list[Event] = []
        modality, units, size = "", 0, 0
        for event in all_events:
            if isinstance(event, UnitsDone) and event.modality == modality:
                units, size = units + event.units, size + event.bytes
                continue
            if units:
                events.append(UnitsDone(modality, units, size))
            if isinstance(event, UnitsDone):
                modality, units, size = event
            else:
                modality, units, size = "", 0, 0
                events.append(event)
        if units:
            events.append(UnitsDone(modality, units, size))
        return Report(events, self.frames())

    def frames(self, whole: bool = False) -> list[Body]:
        """The frames to be written now; with `whole`, only those that are full."""
        with self._lock:
            if whole:
                bodies, self._builder.bodies = self._builder.bodies, []
                return bodies
            return self._builder.take()

    def _write(self, made: Made) -> Event:
        """Write one output. Its file exists before its frame does, and whatever may fail comes before its file."""
        unit = made.unit
        record = json_line(made.record).encode("ascii")
        if made.link_to:
            self._writer.link(unit.output, made.link_to)
        else:
            self._writer.write(unit.output, made.data)
        digest = bytes.fromhex(made.record["sha256"])
        fingerprint = unit.fingerprint or Fingerprint()
        self._add(UnitEntry(unit.word, fingerprint, DONE, len(made.data), digest, record, os.fsencode(unit.output)))
        return UnitsDone(unit.source.modality, 1, len(made.data))

    def _record(self, failed: Failed) -> Event:
        fingerprint = failed.fingerprint or Fingerprint()
        if failed.copy != EVERY_COPY:
            fingerprint = fingerprint.failed(self._reading)
        status = PLACE if failed.failure.of_place else FAILED
        record = json_line(failed.record).encode("ascii")
        private = json_line(failed.failure.message).encode("ascii")
        self._add(UnitEntry(failed.word, fingerprint, status, failed.units, NO_HASH, record, private))
        return UnitFailed(failed.id, failed.source.modality, failed.failure, failed.units)

    def _add(self, entry: UnitEntry) -> None:
        with self._lock:
            self._builder.add(entry)
