"""Outputs of earlier runs that the plan no longer has: their files go, and the journal says so."""

from __future__ import annotations

import json
import os
from pathlib import Path

from augcli.core.plan import unit_hash
from augcli.dataset.journal import NO_HASH, PRUNED, Journal, JournalIndex
from augcli.dataset.write import trouble

from .output_folder import OutputFolder
from .planning import Plan


def prune(folder: OutputFolder, plan: Plan, index: JournalIndex, journal: Journal) -> int:
    """Remove every leftover output; how many there were. Rows of documents go when the document is next assembled."""
    leftover = index.leftover(unit_hash(source.id, copy) for source in plan.sources() for copy in plan.copies(source))
    planned_files = {unit.output for source in plan.sources() for unit in plan.units(source)} if leftover else set()
    for entry in leftover:
        record = json.loads(index.line(entry).record)
        output = record["output"]
        # Another unit may have taken the name over; and a row's output is its document, which is written anew.
        if output not in planned_files and "row" not in record:
            try:
                Path(os.path.join(folder.root, output)).unlink(missing_ok=True)
            except OSError as error:
                raise trouble(error, os.path.join(folder.root, output)) from None
        journal.append(int(entry["unit"]), 0, 0, PRUNED, 0, NO_HASH, {"v": 1, "id": record["id"], "status": "pruned"}, {})
    return len(leftover)
