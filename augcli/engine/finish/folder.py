"""The end of a run: documents, manifest, checksums and run.json, merged from the journals in plan order, streaming."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from itertools import chain, groupby
from typing import Any, NamedTuple

from augcli.core.pipeline.model import Pipeline
from augcli.core.plan import Source, Unit, unit_hash
from augcli.dataset.layouts.registry import document_layout
from augcli.dataset.write import Sink, Writer, sum_line
from augcli.engine.plan.planning import Plan
from augcli.engine.state.device import Device
from augcli.engine.state.journal import DONE, FAILED, JournalIndex, Line
from augcli.engine.state.ledger import Ledger
from augcli.engine.state.options import RunOptions
from augcli.engine.state.output_folder import MANIFEST, RUN, SUMS, OutputFolder
from augcli.engine.state.provenance import provenance
from augcli.engine.state.summary import Summary


class _Finished(NamedTuple):
    """One record of the manifest: of a unit, or (unit None) of a failure that is the end of a whole source."""

    source: Source
    unit: Unit | None
    line: Line


class _Totals:
    def __init__(self) -> None:
        self.outputs, self.bytes, self.missing = 0, 0, 0
        self.failed: Counter[str] = Counter()
        self.by_modality: Counter[str] = Counter()
        self.documents: dict[str, dict[str, Any]] = {}


def finish_folder(
    folder: OutputFolder, plan: Plan, pipeline: Pipeline, device: Device, options: RunOptions, summary: Summary
) -> None:
    """Write everything that speaks of the whole output; the same journals give the same bytes, but for run.json."""
    index = JournalIndex(folder.journals)
    writer = Writer(folder.root)
    totals = _Totals()
    try:
        ledger = Ledger(plan, index, folder.root, device.backend)
        finished = _finished(plan, ledger, index, totals)
        with Sink(os.path.join(folder.own, MANIFEST)) as manifest, Sink(os.path.join(folder.own, SUMS)) as sums:
            _merge(finished, plan, writer, totals, manifest, sums)
            for name, document in sorted(totals.documents.items()):
                sums.write(sum_line(document["sha256"], name))
            sums.write(sum_line(manifest.hexdigest(), MANIFEST))
        for sink, name in ((manifest, MANIFEST), (sums, SUMS)):
            os.replace(sink.path, folder.path(name))
        if options.shard[1] == 1 and options.limit is None:
            planned = (unit_hash(source.id, copy) for source in plan.sources() for copy in plan.copies(source))
            summary.orphans = len(index.leftover(planned)) if len(index) > totals.outputs else 0
    finally:
        index.close()
    summary.missing, summary.failed = totals.missing, totals.failed
    summary.complete = totals.missing == 0
    run = {
        "v": 1, "complete": summary.complete, "pipeline": pipeline.source, "inputs": list(plan.roots),
        "plan_sha256": plan.sha256,
        "class_folders": sorted(plan.class_folders), "shard": list(options.shard), "limit": options.limit,
        "totals": {
            "planned": summary.planned, "outputs": totals.outputs, "bytes": totals.bytes, "missing": totals.missing,
            "failed": dict(sorted(totals.failed.items())), "by_modality": dict(sorted(totals.by_modality.items())),
            "left_out": dict(sorted(summary.left_out.items())),
        },
        "documents": totals.documents, **provenance(device),
    }  # fmt: skip
    writer.write(RUN, (json.dumps(run, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace"))


def _finished(plan: Plan, ledger: Ledger, index: JournalIndex, totals: _Totals) -> Iterator[_Finished]:
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


def _merge(finished: Iterator[_Finished], plan: Plan, writer: Writer, totals: _Totals, manifest: Sink, sums: Sink) -> None:
    """Manifest lines in plan order. Documents are written on the way, since their rows come one after the other."""

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
        absolute = plan.absolute(first.source)
        parts = document_layout(absolute).assemble(absolute, fragments, plan.pipeline.input)
        digest, size = writer.stream(document, parts)
        totals.documents[document] = {"sha256": digest, "bytes": size, "rows": totals.outputs - before}
