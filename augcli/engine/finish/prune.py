"""Removes outputs of earlier runs that are no longer planned, and notes that in the state."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

import numpy

from augcli.core.plan import Fingerprint
from augcli.dataset.opened import is_inside, unlink_inside
from augcli.dataset.write import trouble
from augcli.engine.plan.planning import Plan
from augcli.engine.state.documents import DocumentEntry, documents
from augcli.engine.state.ledger import Ledger
from augcli.engine.state.output_folder import OWN_FILES, OutputFolder
from augcli.engine.store.units import NO_HASH, PRUNED, FrameBuilder, StateIndex, UnitEntry, record_of

_ORIGINAL = None  # the copy number in the record of an unchanged original


def prune(folder: OutputFolder, plan: Plan, index: StateIndex, ledger: Ledger) -> int:
    """Remove every output that is not planned any more; returns how many. Each file goes before its entry does."""
    orphans = ledger.orphans()
    planned = planned_files(plan) if len(orphans) else set()
    builder = FrameBuilder()
    for number, record, path in zip(orphans.tolist(), index.records(orphans), index.private(orphans), strict=True):
        if not index.table["row"][number]:
            _remove(folder, os.fsdecode(path), record_of(record), planned)
        unit = int(index.table["unit"][number])
        builder.add(UnitEntry(unit, Fingerprint(), PRUNED, 0, NO_HASH, b"{}"))
    for body in builder.take():
        folder.state.append(body)
    for document in unplanned_documents(folder, plan):
        # What was read as a document and is now a file of its own keeps its name.
        if document not in (planned or planned_files(plan)) and is_inside(document) and document not in OWN_FILES:
            _unlink(folder, document)
        folder.state.append(DocumentEntry(document).body())
    return len(orphans)


def unplanned_documents(folder: OutputFolder, plan: Plan) -> list[str]:
    """Documents of earlier runs that are no longer planned."""
    return sorted(documents(folder.state).keys() - set(plan.document_paths()))


def drop_renamed(folder: OutputFolder, plan: Plan, index: StateIndex, ledger: Ledger) -> None:
    """Remove the files of units that will be made again under other names (another format, a name collision)."""
    if not ledger.renamed:
        return
    renamed = numpy.array(ledger.renamed, numpy.int64)
    renamed = renamed[index.table["row"][renamed] == 0]
    planned = planned_files(plan)
    for record, path in zip(index.records(renamed), index.private(renamed), strict=True):
        _remove(folder, os.fsdecode(path), record_of(record), planned)


def planned_files(plan: Plan) -> set[str]:
    """The names of all outputs that are files of their own."""
    return {
        plan.job.output_name(source, copy) for source, copies in plan.files() for copy in copies
    }  # fmt: skip


def _remove(folder: OutputFolder, path: str, record: dict[str, object], planned: Iterable[str]) -> None:
    """Remove an output, unless its name is not one that this unit can have had: a state may come from somebody else."""
    if path in planned or path in OWN_FILES or not is_inside(path) or record.get("output") != path:
        return
    copy, source = record.get("copy", _ORIGINAL), str(record.get("source", ""))
    name = path.rpartition("/")[2]
    if copy is _ORIGINAL:
        ours = record.get("status") == "original" and bool(source)
    else:
        ours = type(copy) is int and re.search(rf"__aug{copy}(\.[^/.]*)?\Z", name) is not None
    if ours:
        _unlink(folder, path)


def _unlink(folder: OutputFolder, path: str) -> None:
    try:
        unlink_inside(folder.root, path)
    except OSError as error:
        raise trouble(error, folder.path(path)) from None
