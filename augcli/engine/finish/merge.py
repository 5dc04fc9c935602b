"""Merges shards: the outputs of `--shard 0/N` … `N-1/N` become what one run would have made, byte for byte."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from augcli.core.pipeline.located import Located
from augcli.core.pipeline.model import build
from augcli.core.values.outcome import Mismatch, UserError
from augcli.dataset.write import Writer, trouble
from augcli.engine.plan.inventory import Inventory
from augcli.engine.plan.job import Job
from augcli.engine.plan.plan_file import PlanFile
from augcli.engine.plan.planning import Plan
from augcli.engine.state.device import Device
from augcli.engine.state.journal import journal_files
from augcli.engine.state.manifest import records
from augcli.engine.state.output_folder import OutputFolder, read_run
from augcli.engine.state.summary import Summary

from .folder import finish_folder

# What must be the same in all shards for their outputs to be parts of one run.
_SAME = {
    "pipeline": "pipelines",
    "plan_sha256": "inputs, or the files in them have changed",
    "inputs": "input folders",
    "key_scheme": "key schemes",
    "backend": "backends",
    "versions": "package versions",
}


def merge(shards: Sequence[str], output: str) -> Summary:
    """Link (or copy) the files of all shards into one new output folder and finish it as one run.

    Raises Mismatch if a shard is missing, unfinished, duplicated, or part of another run.
    """
    runs = [read_run(root) for root in shards]
    _prove_complete(shards, runs)
    first = runs[0]
    job = Job.of(build(Located(first["pipeline"], {})), first["inputs"])
    left_out = Counter(first["totals"]["left_out"])
    device = Device(first["backend"], first["device"])
    with OutputFolder(output) as folder:
        if os.path.isdir(folder.journals):
            raise UserError(f"{folder.root} already contains a run; merge into a new folder")
        plan = Plan(job, Inventory(class_folders=frozenset(first["class_folders"])), PlanFile(folder.plan, first["plan_sha256"]))
        try:
            Path(folder.journals).mkdir()
            for root in shards:
                _take(root, folder)
            shutil.copyfile(os.path.join(shards[0], ".augcli", "plan.jsonl"), folder.plan)
        except OSError as error:
            raise trouble(error, folder.root) from None
        with closing(plan):
            planned = plan.count_units()
            totals = finish_folder(folder, plan, device, planned, left_out)
    if totals.missing:
        raise Mismatch(f"{totals.missing} planned outputs are in none of the shards; run the shards again to make them")
    return Summary(
        folder.root, device, planned, merged=planned - totals.failed.total(), failed=totals.failed, orphans=totals.orphans,
        bytes=sum(run["totals"]["bytes"] for run in runs), left_out=left_out,
    )  # fmt: skip


def _prove_complete(shards: Sequence[str], runs: list[dict[str, Any]]) -> None:
    for key, what in _SAME.items():
        for root, run in zip(shards, runs, strict=True):
            if run.get(key) != runs[0].get(key):
                raise Mismatch(f"{root} and {shards[0]} were made with different {what}; their outputs do not belong together")
    of = runs[0]["shard"][1]
    there: dict[int, str] = {}
    for root, run in zip(shards, runs, strict=True):
        number, run_of = run["shard"]
        if run["limit"] is not None:
            raise Mismatch(f"{root} was made with --limit, so it is not a whole shard; run it again without --limit")
        if run_of != of:
            raise Mismatch(
                f"{root} is shard {number}/{run_of}, but {shards[0]} is one of {of} shards; merge shards with the same N"
            )
        if number in there:
            raise Mismatch(f"{root} and {there[number]} are both shard {number}/{of}; list each shard once")
        if not run["complete"]:
            raise Mismatch(f"{root} is not complete; run its shard {number}/{of} again to resume it")
        there[number] = root
    missing = [f"{number}/{of}" for number in range(of) if number not in there]
    if missing:
        raise Mismatch(f"shard {', '.join(missing)} is missing; run it with --shard {missing[0]}, or give its output folder")


def _take(root: str, folder: OutputFolder) -> None:
    """Copy or link a shard's files and journals."""
    journals = os.path.join(root, ".augcli", "journal")
    taken = len(journal_files(folder.journals))
    for number, name in enumerate(journal_files(journals), 1):
        shutil.copyfile(os.path.join(journals, name), os.path.join(folder.journals, f"{taken + number:06d}.jsonl"))
    writer = Writer(folder.root)
    for record in records(root):
        if "output" in record and "row" not in record:
            writer.take(record["output"], os.path.join(root, record["output"]))
