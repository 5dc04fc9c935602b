"""The end of a run: documents, manifest, checksums and run.json, streamed from the journals in plan order."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain, groupby
from typing import Any, NamedTuple

from augcli.core.plan import Source, Unit, unit_hash
from augcli.dataset.layouts.registry import document_layout
from augcli.dataset.write import Sink, Writer, sum_line
from augcli.engine.plan.job import Job
from augcli.engine.plan.planning import Plan
from augcli.engine.state.device import Device
from augcli.engine.state.journal import DONE, FAILED, JournalIndex, Line
from augcli.engine.state.ledger import Ledger
from augcli.engine.state.output_folder import MANIFEST, RUN, SUMS, OutputFolder
from augcli.engine.state.provenance import provenance


class _Finished(NamedTuple):
    """One record of the manifest: of a unit, or (unit None) of a failure of a whole source."""

    source: Source
    unit: Unit | None
    line: Line


class Totals:
    """What the journals say of the planned units, counted while the manifest is written."""

    def __init__(self) -> None:
        self.outputs, self.bytes, self.missing, self.orphans = 0, 0, 0, 0
        self.failed: Counter[str] = Counter()
        self.by_modality: Counter[str] = Counter()
        self.documents: dict[str, dict[str, Any]] = {}


def finish_folder(folder: OutputFolder, plan: Plan, device: Device, planned: int, left_out: Mapping[str, int]) -> Totals:
    """Write the files about the whole output; the same journals give the same bytes, except for run.json."""
    index = JournalIndex(folder.journals)
    writer = Writer(folder.root)
    totals = Totals()
    job = plan.job
    try:
        finished = _finished(plan, Ledger(plan, index, folder.root, device.backend), index, totals)
        with Sink(os.path.join(folder.own, MANIFEST)) as manifest, Sink(os.path.join(folder.own, SUMS)) as sums:
            _merge(finished, job, writer, totals, manifest, sums)
            for name, document in sorted(totals.documents.items()):
                sums.write(sum_line(document["sha256"], name))
            sums.write(sum_line(manifest.hexdigest(), MANIFEST))
        for sink, name in ((manifest, MANIFEST), (sums, SUMS)):
            os.replace(sink.path, folder.path(name))
        if job.whole and len(index) > totals.outputs:
            units = (unit_hash(source.id, copy) for source in plan.sources() for copy in job.copies(source))
            totals.orphans = len(index.leftover(units))
    finally:
        index.close()
    run = {
        "v": 1, "complete": totals.missing == 0, "pipeline": job.pipeline.source, "inputs": list(job.roots),
        "plan_sha256": plan.file.sha256,
        "class_folders": sorted(plan.inventory.class_folders), "shard": list(job.shard), "limit": job.limit,
        "totals": {
            "planned": planned, "outputs": totals.outputs, "bytes": totals.bytes, "missing": totals.missing,
            "failed": dict(sorted(totals.failed.items())), "by_modality": dict(sorted(totals.by_modality.items())),
            "left_out": dict(sorted(left_out.items())),
        },
        "documents": totals.documents, **provenance(device),
    }  # fmt: skip
    writer.write(RUN, (json.dumps(run, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace"))
    return totals


def _finished(plan: Plan, ledger: Ledger, index: JournalIndex, totals: Totals) -> Iterator[_Finished]:
    for source in plan.sources():
        whole_seen = False
        for unit in plan.units(source):
            entry = ledger.entry(unit)
            if entry is None or entry["status"] not in (DONE.encode(), FAILED.encode()):
                totals.missing += 1
                continue
            of_unit = not index.failures or int(entry["unit"]) == unit_hash(source.id, unit.copy)
            line = index.line(entry)
            if line.status == FAILED:
                totals.failed[json.loads(line.record)["error"]["code"]] += 1
            if of_unit or not whole_seen:
                yield _Finished(source, unit if of_unit else None, line)
            whole_seen = whole_seen or not of_unit


def _merge(finished: Iterator[_Finished], job: Job, writer: Writer, totals: Totals, manifest: Sink, sums: Sink) -> None:
    """Manifest lines in plan order. Documents are written along the way, because their rows come one after another."""

    def count(item: _Finished) -> bool:
        manifest.write(item.line.record.encode("ascii") + b"\n")
        if item.line.status != DONE:
            return False
        totals.outputs += 1
        totals.bytes += item.line.size
        totals.by_modality[item.source.modality] += 1
        return True

    for document, group in groupby(finished, lambda item: item.source.stem if item.source.row >= 0 else None):
        items = iter(group)
        if document is None:
            for item in items:
                if count(item) and item.unit is not None:
                    sums.write(sum_line(item.line.sha256, item.unit.output))
            continue
        first = next(items)
        fragments = (json.loads(item.line.private)["fragment"] for item in chain([first], items) if count(item))
        before = totals.outputs
        absolute = job.absolute(first.source)
        parts = document_layout(absolute).assemble(absolute, fragments, job.pipeline.input)
        digest, size = writer.stream(document, parts)
        totals.documents[document] = {"sha256": digest, "bytes": size, "rows": totals.outputs - before}
