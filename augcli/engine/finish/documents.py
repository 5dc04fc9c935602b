"""Writes documents: the output files that rows of many units share. One whose rows are as they were is not written again."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from hashlib import blake2b

import numpy
from numpy.typing import NDArray

from augcli.dataset.layouts.blocks.registry import block_layout
from augcli.dataset.opened import is_as_recorded
from augcli.dataset.write import Writer, json_line
from augcli.engine.plan.chunk import PlannedDocument
from augcli.engine.plan.planning import Plan
from augcli.engine.plan.spans import Span
from augcli.engine.state.documents import DocumentEntry
from augcli.engine.state.documents import documents as documents_of
from augcli.engine.state.output_folder import OutputFolder
from augcli.engine.store.units import StateIndex

Numbers = NDArray[numpy.int64]


class DocumentWriter:
    """Takes the units of one chunk after another; the blocks of a document come one after another, too.

    Documents that the state knows only from frames since `after` are compared with their hashes, others are trusted.
    """

    def __init__(
        self, plan: Plan, folder: OutputFolder, index: StateIndex, writer: Writer, known: Mapping[str, DocumentEntry], after: int
    ) -> None:
        self._plan, self._folder, self._index, self._writer, self._known = plan, folder, index, writer, known
        self._unsealed = documents_of(folder.state, after)
        self._open: tuple[int, PlannedDocument, list[Numbers]] | None = None
        self.written: list[DocumentEntry] = []

    def add(self, span: Span, entries: Numbers, made: NDArray[numpy.bool_], of_entry: Numbers) -> None:
        columns = span.chunk.columns
        for block in numpy.flatnonzero((columns["samples"] > 0) & (span.samples > 0)).tolist():
            identity = int(columns["id"][block])
            if self._open is None or self._open[0] != identity:
                self._close()
                self._open = identity, self._plan.document(span, block), []
            first, stop = numpy.searchsorted(of_entry, [block, block + 1]).tolist()
            self._open[2].append(entries[first:stop][made[first:stop]])

    def finish(self) -> list[DocumentEntry]:
        """All documents, by path."""
        self._close()
        self.written.sort()
        return self.written

    def _close(self) -> None:
        if self._open is None:
            return
        _, document, parts = self._open
        self._open = None
        entries = numpy.concatenate(parts)
        if not len(entries):
            return
        path = document.source.stem
        table = self._index.table
        digest = blake2b(json_line(document.outline.shared).encode("ascii"), digest_size=16)
        for name in ("unit", "source", "sha256"):
            digest.update(table[name][entries].tobytes())
        known = self._known.get(path)
        if known is None or known.fingerprint != digest.hexdigest() or not self._is_there(known):
            known = self._write(document, self._index.private(entries), len(entries), digest.hexdigest())
            self._folder.state.append(known.body())
        self.written.append(known)

    def _is_there(self, known: DocumentEntry) -> bool:
        if known.path in self._unsealed:
            return is_as_recorded(self._folder.root, known.path, bytes.fromhex(known.sha256))
        try:
            status = os.lstat(self._folder.path(known.path))
        except OSError:
            return False
        return stat.S_ISREG(status.st_mode) and status.st_size == known.bytes

    def _write(self, document: PlannedDocument, fragments: Iterable[bytes], rows: int, fingerprint: str) -> DocumentEntry:
        path = document.source.stem
        parts = block_layout(document.source.kind).assemble(document.outline, fragments)
        sha256, size = self._writer.stream(path, parts)
        return DocumentEntry(path, sha256, size, rows, fingerprint)
