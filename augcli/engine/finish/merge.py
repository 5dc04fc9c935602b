"""Merges shards: the outputs of `--shard 0/N` … `N-1/N` become what one run would have made, byte for byte.

A shard may come from somebody else, so nothing in it is believed before it has been compared: its state with its seal, its
files with their hashes, every name with the plan.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import numpy

from augcli.core.pipeline.located import Located
from augcli.core.pipeline.model import build
from augcli.core.plan import EVERY_COPY
from augcli.core.values.outcome import Mismatch, UserError
from augcli.dataset.opened import is_as_recorded, is_inside
from augcli.dataset.write import Writer, trouble
from augcli.engine.plan.job import Job
from augcli.engine.plan.partners import Partners
from augcli.engine.plan.planning import Plan, kept_plan
from augcli.engine.plan.spans import unit_table
from augcli.engine.state.device import Device
from augcli.engine.state.fingerprints import Fingerprints
from augcli.engine.state.ledger import Ledger
from augcli.engine.state.output_folder import OWN_FILES, OutputFolder
from augcli.engine.state.run_file import RunFile, read_run
from augcli.engine.state.seal import last_seal, sealed_files
from augcli.engine.state.summary import Summary
from augcli.engine.store.frames import Body
from augcli.engine.store.state_file import StateFile
from augcli.engine.store.units import DONE, FAILED, FrameBuilder, StateIndex, UnitEntry, record_of, unit_words

from .folder import Finish

# What is compared of run.json's stable part, and what shards with different values were made with.
_SAME = {
    "pipeline": "pipelines",
    "plan_sha256": "inputs, or the files in them have changed",
    "inputs": "input folders",
    "key_scheme": "key schemes",
    "backend": "backends",
    "versions": "package versions",
    "class_folders": "classes",
    "steps": "steps",
    "limit": "limits",
}


def merge(shards: Sequence[str], output: str) -> Summary:
    """Link (or copy) the files of all shards into one new output folder and finish it as one run.

    Raises Mismatch if a shard is missing, unfinished, duplicated, damaged, or part of another run; nothing is left then.
    """
    runs = [read_run(root) for root in shards]
    _prove_complete(shards, runs)
    target = os.path.abspath(output)
    if os.path.lexists(target) and (not os.path.isdir(target) or os.listdir(target)):
        raise UserError(f"{target} is not an empty folder; merge into a new one")
    try:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        draft = tempfile.mkdtemp(prefix=".augcli-merge-", dir=os.path.dirname(target))
        os.chmod(draft, 0o777 & ~_umask())
    except OSError as error:
        raise trouble(error, target) from None
    try:
        summary = _merge(shards, runs, draft)
        os.rename(draft, target)
    except OSError as error:
        raise trouble(error, target) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return dataclasses.replace(summary, output=target)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _merge(shards: Sequence[str], runs: list[RunFile], draft: str) -> Summary:
    stable = runs[0].stable
    pipeline = build(Located(stable["pipeline"], {}))
    device = Device(stable["backend"], runs[0].volatile["device"])
    with ExitStack() as stack:
        states = []
        for root in shards:
            states.append(_sealed_state(root))
            stack.callback(states[-1].close)
        folder = stack.enter_context(OutputFolder(draft))
        writer = Writer(draft)
        for root, run, state in zip(shards, runs, states, strict=True):
            plan = kept_plan(Job.of(pipeline, stable["inputs"], tuple(run.stable["shard"])), state, stable["plan_sha256"], root)
            if state is states[0]:
                for body in plan.bodies():
                    folder.state.append(body)
            for body in _taken(root, plan, StateIndex(state), writer):
                folder.state.append(body)
        whole = kept_plan(Job.of(pipeline, stable["inputs"]), folder.state, stable["plan_sha256"], draft)
        fingerprints = Fingerprints(whole.job, stable["backend"])
        ledger = Ledger(whole, StateIndex(folder.state), fingerprints, Partners(whole.job.compiled, pipeline.seed, whole))
        ledger.judge(draft, 0)
        wanted = numpy.zeros(whole.most_units, bool)
        left_out = Counter(stable["totals"]["left_out"])
        totals = Finish(folder, ledger, wanted, 0, 0).write(device, fingerprints.job_digest(whole.job), left_out)
    if totals.missing:
        raise Mismatch(f"{totals.missing} planned outputs are in none of the shards; run the shards again to make them")
    return Summary(
        draft, device, totals.planned, merged=totals.planned - totals.failed.total(), failed=totals.failed, bytes=totals.bytes,
        left_out=left_out,
    )  # fmt: skip


def _sealed_state(root: str) -> StateFile:
    """The state of a shard, if it is whole and its seal fits the files beside it."""
    state = StateFile.for_reading(root)
    if state is None:
        raise Mismatch(f"{root} has no state (the hidden file .augcli); copy it as well, or run its shard again")
    frames, seal = last_seal(state)
    if state.damaged or seal is None or frames != state.next_sequence or seal.files != sealed_files(root):
        state.close()
        raise Mismatch(f"{root} is damaged, or was changed after its run; run its shard again to mend it")
    return state


def _taken(root: str, plan: Plan, index: StateIndex, writer: Writer) -> Iterator[Body]:
    """Link a shard's files into the output; yields what its state says about them."""
    builder = FrameBuilder()
    for span in plan.spans():
        table = unit_table(span)
        own, wholes = index.find(table.units), index.find(unit_words(table.samples, EVERY_COPY))
        entries = numpy.where(own >= 0, own, wholes)
        in_document = span.chunk.columns["samples"][table.entry] > 0
        if ((entries < 0) & ~(in_document & plan.labels_matter)).any():
            raise Mismatch(f"{root} has no record of some of its outputs; run its shard again to make them")
        last = -1
        for place, number in enumerate(entries.tolist()):
            if number < 0 or number == last:
                continue
            last = number
            kept = index.entry(number)
            if kept.status == DONE and not in_document[place]:
                source = plan.file(span, int(table.entry[place]))
                _take(root, plan.job.output_name(source, int(table.copy[place])), kept, writer)
            elif kept.status not in (DONE, FAILED):
                raise Mismatch(f"{root} has no record of some of its outputs; run its shard again to make them")
            builder.add(kept)
        yield from builder.bodies
        builder.bodies.clear()
    yield from builder.take()


def _take(root: str, name: str, kept: UnitEntry, writer: Writer) -> None:
    """Link one file, if it has the planned name and the recorded content."""
    record, recorded = record_of(kept.record), os.fsdecode(kept.private)
    if {recorded, record.get("output")} != {name} or not is_inside(name) or name in OWN_FILES:
        raise Mismatch(f"{root}: {recorded!r} is not the planned name of an output, {name!r}; run its shard again")
    may_be_link = record.get("status") == "original"
    if not is_as_recorded(root, name, kept.sha256, may_be_link):
        raise Mismatch(f"{root}: {name} is missing, or was changed after its run; run its shard again to make it")
    writer.take(name, os.path.join(root, name))
    if not is_as_recorded(writer.root, name, kept.sha256, may_be_link):
        raise Mismatch(f"{root}: {name} changed while it was being merged")


def _prove_complete(shards: Sequence[str], runs: list[RunFile]) -> None:
    first = runs[0].stable
    for key, what in _SAME.items():
        for root, run in zip(shards, runs, strict=True):
            if run.stable[key] != first[key]:
                raise Mismatch(f"{root} and {shards[0]} were made with different {what}; their outputs do not belong together")
    of = first["shard"][1]
    there: dict[int, str] = {}
    for root, run in zip(shards, runs, strict=True):
        number, run_of = run.stable["shard"]
        if run.stable["limit"] is not None:
            raise Mismatch(f"{root} was made with --limit, so it is not a whole shard; run it again without --limit")
        if run_of != of:
            raise Mismatch(
                f"{root} is shard {number}/{run_of}, but {shards[0]} is one of {of} shards; merge shards with the same N"
            )
        if number in there:
            raise Mismatch(f"{root} and {there[number]} are both shard {number}/{of}; list each shard once")
        if not run.stable["complete"]:
            raise Mismatch(f"{root} is not complete; run its shard {number}/{of} again to resume it")
        there[number] = root
    missing = [f"{number}/{of}" for number in range(of) if number not in there]
    if missing:
        raise Mismatch(f"shard {', '.join(missing)} is missing; run it with --shard {missing[0]}, or give its output folder")
