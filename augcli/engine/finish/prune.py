"""Removes outputs of earlier runs that are no longer planned, and notes that in the journal."""

from __future__ import annotations

import json
from pathlib import Path

from augcli.core.plan import unit_hash
from augcli.dataset.write import json_line, trouble
from augcli.engine.plan.planning import Plan
from augcli.engine.state.journal import DONE, NO_HASH, PRUNED, Journal, JournalIndex
from augcli.engine.state.ledger import Ledger
from augcli.engine.state.output_folder import OutputFolder


def prune(folder: OutputFolder, plan: Plan, index: JournalIndex, journal: Journal) -> int:
    """Remove every leftover output; returns how many. Rows of documents go when the document is next assembled."""
    leftover = index.leftover(unit_hash(source.id, copy) for source in plan.sources() for copy in plan.job.copies(source))
    planned_files = {unit.output for source in plan.sources() for unit in plan.units(source)} if leftover else set()
    for entry in leftover:
        record = json.loads(index.line(entry).record)
        output = record["output"]
        # Another unit may now use the name; and a row's output is its document, which is rewritten.
        if output not in planned_files and "row" not in record:
            _remove(folder, output)
        pruned = json_line({"v": 1, "id": record["id"], "status": "pruned"})
        journal.append(int(entry["unit"]), 0, 0, PRUNED, 0, NO_HASH, pruned)
    return len(leftover)


def drop_renamed(folder: OutputFolder, ledger: Ledger) -> None:
    """Remove the files of units that will be made again under other names (another format, a name collision)."""
    plan = ledger.plan
    renamed: list[str] = []
    for source in plan.sources() if len(ledger.index) else ():
        for unit in plan.units(source) if source.row < 0 else ():
            entry = ledger.entry(unit)
            if entry is not None and entry["status"] == DONE.encode() and ledger.state(unit) != "done":
                output = json.loads(ledger.index.line(entry).record)["output"]
                renamed += [output] if output != unit.output else []
    planned_files = {unit.output for source in plan.sources() for unit in plan.units(source)} if renamed else set()
    for output in renamed:
        if output not in planned_files:
            _remove(folder, output)


def _remove(folder: OutputFolder, output: str) -> None:
    try:
        Path(folder.path(output)).unlink(missing_ok=True)
    except OSError as error:
        raise trouble(error, folder.path(output)) from None
