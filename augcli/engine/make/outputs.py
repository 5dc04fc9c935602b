"""Writes results to files and to the journal."""

from __future__ import annotations

from augcli.core.plan import Fingerprint, unit_hash
from augcli.core.values.outcome import Failure
from augcli.dataset.write import Writer, json_line
from augcli.engine.state.events import Event, UnitDone, UnitFailed
from augcli.engine.state.journal import DONE, FAILED, NO_HASH, PLACE, Journal

from .crashes import attempt
from .results import Failed, Made


class Outputs:
    """Writes and records; safe to use from many threads."""

    def __init__(self, writer: Writer, journal: Journal) -> None:
        self._writer, self._journal = writer, journal

    def take(self, result: Made | Failed) -> Event:
        """Keep one result; raises OutputError if that is not possible."""
        if isinstance(result, Failed):
            return self._record(result)
        written = attempt("write", lambda: self._write(result))
        return self._record(Failed.unit(result.unit, written)) if isinstance(written, Failure) else written

    def _write(self, made: Made) -> Event:
        """Write one output. Its file exists before its journal line does, and whatever may fail comes before its file."""
        unit = made.unit
        record = json_line(made.record)
        private = json_line({} if made.fragment is None else {"fragment": made.fragment})
        if made.link_to:
            self._writer.link(unit.output, made.link_to)
        elif unit.source.row < 0:
            self._writer.write(unit.output, made.data)
        pipeline, files, _ = unit.fingerprint or Fingerprint()
        name = unit_hash(unit.source.id, unit.copy)
        self._journal.append(name, pipeline, files, DONE, len(made.data), made.record["sha256"], record, private)
        return UnitDone(unit.id, unit.source.modality, len(made.data))

    def _record(self, failed: Failed) -> Event:
        pipeline, files, _ = failed.fingerprint or Fingerprint()
        name, status = unit_hash(failed.source.id, failed.copy), PLACE if failed.failure.of_place else FAILED
        private = json_line({"message": failed.failure.message})
        self._journal.append(name, pipeline, files, status, 0, NO_HASH, json_line(failed.record), private)
        return UnitFailed(failed.id, failed.source.modality, failed.failure, failed.units)
