"""The end of a run: documents, manifest, checksums and run.json, spliced from the state in plan order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy
from numpy.typing import NDArray

from augcli.core.draws.keys import SCHEME
from augcli.core.plan import EVERY_COPY
from augcli.dataset.write import Sink, Writer, sum_line
from augcli.engine.plan.spans import Span, UnitTable, unit_table
from augcli.engine.state.device import Device
from augcli.engine.state.documents import documents as known_documents
from augcli.engine.state.ledger import FAILED_BEFORE, MADE, MISSING, Ledger
from augcli.engine.state.output_folder import MANIFEST, RUN, SUMS, OutputFolder
from augcli.engine.state.provenance import provenance, versions
from augcli.engine.state.run_file import RunFile
from augcli.engine.state.seal import Seal, last_seal, names_digest, sealed_files
from augcli.engine.state.steps import steps_of
from augcli.engine.state.summary import Totals
from augcli.engine.store.units import DONE, FAILED, StateIndex, record_of, unit_words

from .documents import DocumentWriter

Numbers = NDArray[numpy.int64]


class _Standing(NamedTuple):
    """How the units of one chunk have ended: a state each, and the number of the entry that says so."""

    span: Span
    table: UnitTable
    states: NDArray[numpy.uint8]
    entries: Numbers


class Finish:
    """Writes the files about the whole output; the same state gives the same bytes, except for the volatile part of run.json.

    `before` is the number of the first entry that this run has made; `orphans` counts outputs that are no longer planned.
    """

    def __init__(self, folder: OutputFolder, ledger: Ledger, wanted: NDArray[numpy.bool_], before: int, orphans: int) -> None:
        self._folder, self._plan, self._ledger, self._wanted = folder, ledger.plan, ledger, wanted
        self._before = before
        self._index = StateIndex(folder.state)
        self.totals = Totals(orphans=orphans)

    def write(self, device: Device, job_digest: str, left_out: Mapping[str, int]) -> Totals:
        totals, writer = self.totals, Writer(self._folder.root)
        after, _ = last_seal(self._folder.state)
        documents = DocumentWriter(self._plan, self._folder, self._index, writer, known_documents(self._folder.state), after)
        with Sink(self._folder.path(MANIFEST)) as manifest, Sink(self._folder.path(SUMS)) as sums:
            for standing in self._standings():
                self._count(standing)
                manifest.write_all(self._records(standing))
                sums.write_all(self._sums(standing))
                documents.add(standing.span, standing.entries, standing.states == MADE, standing.table.entry)
            for entry in documents.finish():
                sums.write(sum_line(entry.sha256, entry.path))
            sums.write(sum_line(manifest.hexdigest(), MANIFEST))
        stable = {
            "complete": totals.missing == 0, "pipeline": self._plan.job.pipeline.source, "inputs": list(self._plan.job.roots),
            "plan_sha256": self._plan.digest, "class_folders": sorted(self._plan.inventory.class_folders),
            "shard": list(self._plan.job.shard), "limit": self._plan.job.limit,
            "totals": {**totals.to_json(), "left_out": dict(sorted(left_out.items()))},
            "documents": {entry.path: entry.told() for entry in documents.written},
            "key_scheme": SCHEME, "backend": device.backend, "versions": versions(), "steps": steps_of(self._plan.job.compiled),
            "manifest_sha256": manifest.hexdigest(), "sums_sha256": sums.hexdigest(),
        }  # fmt: skip
        writer.write(RUN, RunFile(stable, provenance(device)).encoded())
        self._seal(job_digest)
        return totals

    def _seal(self, job_digest: str) -> None:
        state, root = self._folder.state, self._folder.root
        state.append(Seal(sealed_files(root), job_digest, self._plan.digest, names_digest(root), self.totals).body())
        state.sync()

    def _standings(self) -> Iterator[_Standing]:
        for span in self._plan.spans():
            first, stop = int(span.ordinals[0]), int(span.ordinals[-1])
            if first == stop:
                continue
            table = unit_table(span)
            states = self._ledger.states[first:stop].copy()
            own = self._index.find(table.units)
            latest = own
            if self._index.failures:
                wholes = self._index.find(unit_words(table.samples, EVERY_COPY))
                wholes = numpy.where(self._ledger.covered(span, table, own), wholes, -1)
                latest = numpy.maximum(own, wholes)
            # Of the units that this run was to make, those that it has made are told by their entries.
            wanted = self._wanted[first:stop]
            status = numpy.where(latest >= self._before, self._index.table["status"][latest] if len(self._index) else 0, 0)
            states[wanted] = MISSING
            states[wanted & (status == DONE)] = MADE
            states[wanted & (status == FAILED)] = FAILED_BEFORE
            entries = numpy.where(states == MADE, own, numpy.where(states == FAILED_BEFORE, latest, -1))
            yield _Standing(span, table, states, entries)

    def _count(self, standing: _Standing) -> None:
        totals, columns = self.totals, self._index.table
        made = standing.entries[standing.states == MADE]
        counts = numpy.bincount(standing.states, minlength=6).tolist()
        totals.planned += sum(counts[:5])
        totals.missing += sum(counts[:5]) - counts[MADE] - counts[FAILED_BEFORE]
        totals.outputs += counts[MADE]
        totals.bytes += int(columns["size"][made].sum()) if len(made) else 0
        groups = standing.span.chunk.columns["group"][standing.table.entry[standing.states == MADE]]
        for group, count in enumerate(numpy.bincount(groups).tolist()):
            if count:
                totals.by_modality[standing.span.chunk.head.groups[group].modality] += count
        failed = standing.entries[standing.states == FAILED_BEFORE]
        for record in self._index.records(failed):
            error = record_of(record).get("error")
            code = error.get("code") if isinstance(error, dict) else None
            totals.failed[code if isinstance(code, str) else "unknown"] += 1

    def _records(self, standing: _Standing) -> Iterator[bytes]:
        """A record for each unit that has ended; one for all copies of a source that failed as a whole."""
        entries = standing.entries[standing.entries >= 0]
        alone = numpy.ones(len(entries), bool)
        alone[1:] = entries[1:] != entries[:-1]
        for record in self._index.records(entries[alone]):
            yield record
            yield b"\n"

    def _sums(self, standing: _Standing) -> Iterator[bytes]:
        entries = standing.entries[standing.states == MADE]
        if not len(entries):
            return
        entries = entries[self._index.table["row"][entries] == 0]
        hashes = self._index.table["sha256"][entries]
        for digest, path in zip(hashes, self._index.private(entries), strict=True):
            yield sum_line(digest.tobytes().hex(), path)
