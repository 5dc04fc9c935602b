"""The end of a run: documents, manifest, checksums and run.json, merged from the journals in plan order, streaming."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from augcli.core.pipeline import Pipeline
from augcli.core.plan import Source, Unit, unit_hash
from augcli.dataset.journal import DONE, FAILED, JournalIndex, Line
from augcli.dataset.layouts.table import Tables
from augcli.dataset.write import Writer

from .device import Device
from .ledger import Ledger
from .options import RunOptions
from .output_folder import MANIFEST, RUN, SUMS, OutputFolder
from .planning import Plan
from .provenance import provenance

if TYPE_CHECKING:
    from .run import Summary


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
        sums_path = os.path.join(folder.own, "sums.tmp")
        with open(sums_path, "wb") as sums:
            digest = _Digest()
            writer.stream(MANIFEST, digest.of(_manifest(finished, plan, writer, totals, sums)))
            for name, document in sorted(totals.documents.items()):
                sums.write(_sum_line(document["sha256"], name))
            sums.write(_sum_line(digest.hexdigest(), MANIFEST))
        writer.stream(SUMS, _chunks(sums_path))
        os.unlink(sums_path)
        whole = options.shard[1] == 1 and options.limit is None
        summary.orphans = index.count(DONE) - totals.outputs if whole else 0
    finally:
        index.close()
    summary.missing, summary.failed = totals.missing, totals.failed
    summary.complete = totals.missing == 0
    run = {
        "v": 1, "complete": summary.complete, "pipeline": pipeline.source, "inputs": list(plan.roots),
        "class_folders": sorted(plan.class_folders), "shard": list(options.shard), "limit": options.limit,
        "totals": {
            "planned": summary.planned, "outputs": totals.outputs, "bytes": totals.bytes, "missing": totals.missing,
            "failed": dict(sorted(totals.failed.items())), "by_modality": dict(sorted(totals.by_modality.items())),
            "left_out": dict(sorted(plan.left_out.items())),
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
            of_unit = int(entry["unit"]) == unit_hash(source.id, unit.copy)
            line = index.line(entry)
            if line.status == FAILED:
                totals.failed[json.loads(line.record)["error"]["code"]] += 1
            if of_unit or not whole_seen:
                yield _Finished(source, unit if of_unit else None, line)
            whole_seen = whole_seen or not of_unit


def _manifest(finished: Iterator[_Finished], plan: Plan, writer: Writer, totals: _Totals, sums: Any) -> Iterator[bytes]:
    """Manifest lines in plan order. Documents are written on the way, since their rows come one after the other."""
    for document, group in groupby(finished, lambda item: item.source.stem if item.source.row >= 0 else None):
        if document is None:
            for item in group:
                yield from _count(item, totals)
                if item.line.status == DONE and item.unit is not None:
                    sums.write(_sum_line(item.line.sha256, item.unit.output))
            continue
        # The document streams: its fragments are pulled from the same pass that counts its records.
        first = next(group)
        spill: list[bytes] = []
        rows = _Rows(chain([first], group), totals, spill)
        digest = _Digest()
        writer.stream(document, digest.of(Tables().assemble(plan.absolute(first.source), rows, plan.pipeline.input)))
        totals.documents[document] = {"sha256": digest.hexdigest(), "bytes": digest.bytes, "rows": rows.count}
        yield from spill


class _Rows:
    """The fragments of one document; the records of its units are put by meanwhile."""

    def __init__(self, items: Iterator[_Finished], totals: _Totals, spill: list[bytes]) -> None:
        self._items, self._totals, self._spill, self.count = items, totals, spill, 0

    def __iter__(self) -> Iterator[str]:
        for item in self._items:
            self._spill.extend(_count(item, self._totals))
            if item.line.status == DONE:
                self.count += 1
                yield json.loads(item.line.private)["fragment"]


def _count(item: _Finished, totals: _Totals) -> Iterator[bytes]:
    if item.line.status == DONE:
        totals.outputs += 1
        totals.bytes += item.line.size
        totals.by_modality[item.source.modality] += 1
    yield item.line.record.encode("ascii") + b"\n"


class _Digest:
    """SHA-256 and length of chunks that pass by."""

    def __init__(self) -> None:
        self._hash, self.bytes = sha256(), 0

    def of(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._hash.update(chunk)
            self.bytes += len(chunk)
            yield chunk

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def _sum_line(digest: str, name: str) -> bytes:
    """As sha256sum writes it: names with a backslash or a line break are escaped, and the line says so."""
    data = os.fsencode(name)
    escaped = data.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    return (b"\\" if escaped != data else b"") + digest.encode() + b"  " + escaped + b"\n"


def _chunks(path: str) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk
