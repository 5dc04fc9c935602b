"""A run, from input folders to a finished output folder."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from augcli.core.pipeline.model import Pipeline
from augcli.core.values.outcome import ConfigError, Failure, NothingToDo, UserError
from augcli.dataset.write import Writer, sweep
from augcli.engine.finish.folder import finish_folder
from augcli.engine.finish.prune import drop_renamed, prune
from augcli.engine.make.outputs import Outputs
from augcli.engine.make.processes import in_processes, may_fork
from augcli.engine.make.rounds import Task, Windows, execute_source, on_threads, originals_first, prepare
from augcli.engine.make.samples import Failed, Row
from augcli.engine.modality.table import MODALITIES
from augcli.engine.plan.discovery import make_plan
from augcli.engine.plan.planning import Plan
from augcli.engine.resources.opened import missing_resources, resources_of
from augcli.engine.state.device import Device, choose, keep_freed_memory, worker_count
from augcli.engine.state.events import Event, Finishing, Listener, Started, UnitDone, UnitFailed
from augcli.engine.state.journal import Journal, JournalIndex
from augcli.engine.state.ledger import Ledger, Recorder
from augcli.engine.state.options import RunOptions
from augcli.engine.state.output_folder import OutputFolder, made_by, mark_incomplete
from augcli.engine.state.signals import StopRequest
from augcli.engine.state.summary import Summary


def run(
    pipeline: Pipeline, inputs: Sequence[str], output: str, options: RunOptions | None = None, listen: Listener | None = None
) -> Summary:
    """Make everything that is missing of this pipeline's outputs for these inputs.

    Raises UserError for what the user can mend, and Interrupted when a signal ended the run early; whatever was
    written until then counts, and the same call goes on from there.
    """
    options = options or RunOptions()
    if options.prune and (options.shard[1] > 1 or options.limit is not None):
        raise UserError("--prune needs the whole plan; leave --shard and --limit away")
    if problems := missing_resources(pipeline):
        raise ConfigError(problems)
    device = choose(options)
    keep_freed_memory()
    started = time.monotonic()
    with OutputFolder(output) as folder, StopRequest() as stop:
        resumed = os.path.isdir(folder.journals)
        if resumed:
            sweep(folder.root)
        plan = make_plan(pipeline, inputs, folder.plan, exclude=[folder.root], shard=options.shard, limit=options.limit)
        stop.check()
        summary = Summary(
            folder.root, device, left_out=plan.left_out + plan.kept_out(), case_collisions=plan.case_collisions, named=plan.named
        )
        index = JournalIndex(folder.journals)
        ledger = Ledger(plan, index, folder.root, device.backend, made_by(folder))
        states = ledger.count()
        summary.planned = sum(states.values())
        stop.check()
        _refuse(plan, summary.planned, states, options)
        summary.done_before = states["done"] + (0 if options.retry else states["failed"])
        summary.unknown_classes = plan.unknown_classes()
        plan.prepare_partners()
        journal = Journal(folder.journals)
        if options.prune:
            summary.pruned = prune(folder, plan, index, journal)
        if summary.done_before < summary.planned:
            drop_renamed(folder, plan, ledger)
            mark_incomplete(folder)
        listen = listen or (lambda event: None)
        listen(Started(summary.planned, summary.done_before))
        try:
            for event in _events(folder, journal, ledger, device, options, stop):
                listen(event)
                _count(summary, event)
                if options.fail_fast and sum(summary.failed.values()) > allowed_errors(options.max_errors, summary.planned):
                    break
        finally:
            journal.flush()
            journal.close()
            index.close()
        stop.check()
        summary.failures.sort()  # workers tell of them as they come
        listen(Finishing())
        finish_folder(folder, plan, ledger.plan.pipeline, device, options, summary)
        summary.over_max_errors = sum(summary.failed.values()) > allowed_errors(options.max_errors, summary.planned)
        summary.seconds = time.monotonic() - started
    return summary


def _refuse(plan: Plan, planned: int, states: Counter[str], options: RunOptions) -> None:
    """Stop before anything is written when there is nothing to do, or when outputs of another pipeline would mix in."""
    if not planned:
        found = ", ".join(f"{count} {name}" for name, count in sorted(plan.found.items())) or "nothing that it can read"
        why = ""
        if plan.found and not any(plan.pipeline.steps.get(name) for name in plan.found):
            why = f"; the pipeline has steps for {' and '.join(plan.pipeline.steps)} only"
        elif plan.found:
            why = "; none of it belongs to a split that is augmented, or copies is 0 (input: {splits: [...]}, copies: …)"
        raise NothingToDo(f"nothing to augment: found {found}{why}")
    stale = {state.removeprefix("stale: "): count for state, count in states.items() if state.startswith("stale")}
    if stale and not options.redo:
        causes = "; ".join(f"{count} because {cause}" for cause, count in sorted(stale.items()))
        raise UserError(
            f"{sum(stale.values())} outputs here are out of date: {causes}. "
            "Add --redo to make them again, or choose another output folder."
        )


def _events(
    folder: OutputFolder, journal: Journal, ledger: Ledger, device: Device, options: RunOptions, stop: StopRequest
) -> Iterator[Event]:
    workers = worker_count(options)
    tasks = _tasks(ledger, options, stop)
    outputs = Outputs(ledger.plan, Writer(folder.root), Recorder(journal, ledger), stop)
    if device.backend == "cpu" and may_fork():
        yield from _in_processes(folder, outputs, ledger, tasks, workers)
        return
    pool = ThreadPoolExecutor(workers, "augcli")
    try:
        if device.backend == "cpu":
            for events in on_threads(pool, tasks, lambda task: execute_source(outputs, task), ahead=4 * workers):
                yield from events
        else:
            yield from _in_windows(outputs, device, options, pool, tasks, workers)
    finally:
        # What is in flight finishes; nothing new begins. A second signal ends the process at once.
        pool.shutdown(wait=True, cancel_futures=True)


def _in_processes(folder: OutputFolder, outputs: Outputs, ledger: Ledger, tasks: Iterator[Task], workers: int) -> Iterator[Event]:
    @contextmanager
    def begin() -> Iterator[Callable[[Task], list[Event]]]:
        folder.leave_to_parent()
        journal = Journal(folder.journals)
        own = Outputs(ledger.plan, Writer(folder.root), Recorder(journal, ledger), outputs.stop)
        try:
            yield lambda task: execute_source(own, task)
        finally:
            journal.flush()
            journal.close()

    def given_up(task: Task, why: Failure) -> Event:
        source, (unit,) = task
        return outputs.failed(Failed(source, unit.copy, why), 1)

    pipeline = ledger.plan.pipeline
    for modality in sorted({name for name in ledger.plan.found if pipeline.steps.get(name)}):
        MODALITIES[modality].load()
        resources_of(ledger.plan.compiled[modality]).open()
    if (yield from in_processes(begin, tasks, workers, pipeline.limits.max_work_seconds, given_up)):
        sweep(folder.root)  # those that died may have had a file half written


def _tasks(ledger: Ledger, options: RunOptions, stop: StopRequest) -> Iterator[Task]:
    for source in ledger.plan.sources():
        if stop.number:
            return
        units = ledger.todo(source, options.redo, options.retry)
        if units:
            yield source, units


def _in_windows(
    outputs: Outputs, device: Device, options: RunOptions, pool: ThreadPoolExecutor, tasks: Iterator[Task], workers: int
) -> Iterator[Event]:
    windows = Windows(outputs, device, pool, options.batch_size, options.memory_mb << 20)

    def work(task: Task) -> tuple[list[Event], list[Row | Failed], int]:
        if not MODALITIES[task[0].modality].batched:
            return execute_source(outputs, task), [], 0
        events, units = originals_first(outputs, task)
        return events, list(prepare(outputs, (task[0], units))), len(units)

    for events, rows, units in on_threads(pool, tasks, work, ahead=2 * workers):
        yield from events
        for row in rows:
            if isinstance(row, Failed):
                yield outputs.failed(row, units if row.copy < 0 else 1)
            else:
                yield from windows.add(row)
    yield from windows.flush()


def _count(summary: Summary, event: Event) -> None:
    if isinstance(event, UnitDone):
        summary.made[event.modality] += 1
        summary.bytes += event.bytes
    elif isinstance(event, UnitFailed):
        summary.failed[event.failure.code] += event.units
        if len(summary.failures) < 20:
            summary.failures.append((event.unit_id, event.failure.code, event.failure.message))


def allowed_errors(text: str, planned: int) -> float:
    """`--max-errors`: a number of outputs, or a percentage of those planned."""
    try:
        allowed = float(text.removesuffix("%"))
    except ValueError:
        allowed = -1.0
    if not allowed >= 0:  # nan, too
        raise UserError(f"--max-errors needs a number or a percentage, as in 10 or 1%; got {text!r}")
    return allowed * planned / 100 if text.endswith("%") else allowed
