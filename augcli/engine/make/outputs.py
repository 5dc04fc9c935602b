"""Finished samples into files and journal lines; failures into journal lines."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from augcli.core.pipeline.settings import Input
from augcli.core.plan import EVERY_COPY, ORIGINAL, Source, Unit, unit_id
from augcli.core.values.outcome import SampleError
from augcli.dataset.layouts.registry import document_layout
from augcli.dataset.write import Writer
from augcli.engine.modality.table import MODALITIES
from augcli.engine.plan.planning import Plan
from augcli.engine.state.events import Event, UnitDone, UnitFailed
from augcli.engine.state.ledger import Recorder
from augcli.engine.state.signals import StopRequest

from .records import base_record, row_record
from .samples import Failed, Row, read


class Outputs:
    """Encodes, writes and records; safe to use from many threads."""

    def __init__(self, plan: Plan, writer: Writer, recorder: Recorder, stop: StopRequest) -> None:
        self.plan, self.stop, self._writer, self._recorder = plan, stop, writer, recorder

    def finish(self, row: Row, samples: list[Any]) -> Event:
        """Write one executed unit. Its file is there before its journal line is."""
        data, record, private = encoded(self.plan, row, samples)
        if row.unit.source.row < 0:
            self._writer.write(row.unit.output, data)
        self._recorder.done(row.unit, len(data), record["sha256"], record, private)
        return UnitDone(row.unit.id, row.unit.source.modality, len(data))

    def original(self, unit: Unit) -> Event:
        """Hand a source on as it is, as a copy or as a link."""
        data = read(self.plan, unit.source)
        digest = sha256(data).hexdigest()
        if self.plan.pipeline.output.originals == "link":
            self._writer.link(unit.output, self.plan.absolute(unit.source))
        else:
            self._writer.write(unit.output, data)
        record = base_record(unit.source, ORIGINAL, unit.id, "original")
        record |= {"output": unit.output, "source_sha256": digest, "sha256": digest, "bytes": len(data)}
        self._recorder.done(unit, len(data), digest, record, {})
        return UnitDone(unit.id, unit.source.modality, len(data))

    def failed(self, failed: Failed, units: int) -> Event:
        """Note a failure; `units` is how many outputs it is the end of."""
        source, copy, failure = failed
        name = unit_id(source.id, copy)
        record = base_record(source, copy, name, "failed") | {"error": {"code": failure.code, "stage": failure.stage}}
        output = "" if copy == EVERY_COPY else self.plan.output_name(source, copy)
        self._recorder.failed(source, copy, output, record, {"message": failure.message}, failure.of_place)
        return UnitFailed(name, source.modality, failure, units)


def encoded(plan: Plan, row: Row, samples: list[Any]) -> tuple[bytes, dict[str, Any], dict[str, Any]]:
    """The bytes of an output, its record, and the private part of its journal line. `samples`: one for each frame."""
    source, settings = row.unit.source, plan.pipeline
    made = MODALITIES[source.modality].encode(samples, row.opened.header, settings.output)
    part, notes = ("", {}) if source.row < 0 else fragment(plan, source, row.unit.copy, samples[0], settings.input)
    record = row_record(row, row.unit.output, {**made.notes, **notes})
    record["sha256"], record["bytes"] = sha256(made.data).hexdigest(), len(made.data)
    return made.data, record, {} if source.row < 0 else {"fragment": part}


def fragment(plan: Plan, source: Source, copy: int, content: str, settings: Input) -> tuple[str, dict[str, str]]:
    """What a unit adds to its document, and what its record should say of the row."""
    absolute = plan.absolute(source)
    layout = document_layout(absolute)
    try:
        part = layout.fragment(content, source.row, absolute, settings, copy)
        return part, layout.notes(source.row, absolute, settings)
    except OSError as error:
        raise SampleError("io.read", f"cannot be read: {error.strerror}", "encode") from None
