"""Rebuilds a lost state from the manifest: `cp OUT/*` leaves the hidden state file behind."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy

from augcli.core.plan import EVERY_COPY, Unit, unit_id
from augcli.core.values.outcome import OutputError, UserError
from augcli.engine.make.hand_out import HandOut, RowTask
from augcli.engine.plan.partners import Partners
from augcli.engine.plan.planning import Plan
from augcli.engine.state.fingerprints import Fingerprints
from augcli.engine.state.manifest import record_lines
from augcli.engine.state.output_folder import MANIFEST, OutputFolder
from augcli.engine.state.run_file import read_run
from augcli.engine.state.seal import sealed_files
from augcli.engine.store.units import DONE, FAILED, NO_HASH, FrameBuilder, UnitEntry, record_of

_EMPTY_MESSAGE = json.dumps("").encode()


def rebuild(folder: OutputFolder, plan: Plan, fingerprints: Fingerprints) -> None:
    """Write to the state what the manifest says; rows of documents are not in it, and are made again.

    Raises OutputError if manifest, plan and pipeline do not fit together; nothing has been changed by then.
    """
    job = plan.job
    try:
        stable = read_run(folder.root).stable
    except UserError as error:
        raise _refused(folder, str(error)) from None
    wrong = [
        name
        for name, fits in (
            ("the manifest is not the one of run.json", sealed_files(folder.root)[MANIFEST] == stable["manifest_sha256"]),
            ("the pipeline is another one", stable["pipeline"] == json.loads(json.dumps(job.pipeline.source))),
            ("the inputs are others, or have changed", stable["plan_sha256"] == plan.digest),
            ("the shard or the limit is another one", (stable["shard"], stable["limit"]) == (list(job.shard), job.limit)),
        )
        if not fits
    ]
    if wrong:
        raise _refused(folder, "; ".join(wrong))
    everything = numpy.ones(plan.most_units, bool)
    hand_out = HandOut(plan, everything, fingerprints, Partners(job.compiled, job.pipeline.seed, plan))
    records = _records(folder.root)
    builder = FrameBuilder()
    following = next(records, None)
    for task in hand_out.tasks(0, plan.most_units):
        if isinstance(task, RowTask):
            continue
        for unit in task.units:
            while following is not None and following[0] in (unit.id, unit_id(task.source.id, EVERY_COPY)):
                name, record, line = following
                entry: UnitEntry | None
                if name != unit.id:
                    entry = UnitEntry(task.whole_word, task.whole, FAILED, len(task.units), NO_HASH, line, _EMPTY_MESSAGE)
                else:
                    entry = _entry(unit, record, line, fingerprints.reading)
                if entry is not None:
                    builder.add(entry)
                following = next(records, None)
            for body in builder.bodies:
                folder.state.append(body)
            builder.bodies.clear()
    for body in chain(builder.take()):
        folder.state.append(body)


def _entry(unit: Unit, record: dict[str, Any], line: bytes, reading: int) -> UnitEntry | None:
    """What the state says of a unit with this record; nothing where it is none, so that the unit is made again."""
    assert unit.fingerprint is not None
    if record.get("status") == "failed":
        return UnitEntry(unit.word, unit.fingerprint.failed(reading), FAILED, 1, NO_HASH, line, _EMPTY_MESSAGE)
    try:
        digest, size = bytes.fromhex(record["sha256"]), record["bytes"]
    except (LookupError, TypeError, ValueError):
        return None
    if (
        record.get("status") not in ("done", "original")
        or len(digest) != len(NO_HASH)
        or type(size) is not int
        or not 0 <= size < 1 << 63
    ):
        return None
    return UnitEntry(unit.word, unit.fingerprint, DONE, size, digest, line, os.fsencode(unit.output))


def _records(root: str) -> Iterator[tuple[str, dict[str, Any], bytes]]:
    """The records of the manifest, with their ids and their lines. It is the one that run.json has the hash of."""
    for line in record_lines(root):
        record = record_of(line)
        if "row" not in record:
            yield record.get("id", ""), record, line.removesuffix(b"\n")


def _refused(folder: OutputFolder, why: str) -> OutputError:
    return OutputError(
        f"{folder.root} has a manifest, but its state (the hidden file .augcli) is missing, and cannot be rebuilt: {why}. "
        "Copy that file as well, or choose another output folder"
    )
