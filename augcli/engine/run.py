"""A run, from input folders to a finished output folder."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import takewhile

from augcli.core.pipeline.model import Pipeline
from augcli.core.plan import Task
from augcli.core.values.outcome import ConfigError, Failure, NothingToDo, UserError
from augcli.dataset.write import Writer, sweep
from augcli.engine.finish.folder import finish_folder
from augcli.engine.finish.prune import drop_renamed, prune
from augcli.engine.make.outputs import Outputs
from augcli.engine.make.processes import in_processes, may_fork
from augcli.engine.make.recipe import Recipe
from augcli.engine.make.results import Failed
from augcli.engine.make.rounds import results
from augcli.engine.make.windows import in_windows, on_threads
from augcli.engine.modality.table import MODALITIES
from augcli.engine.plan.discovery import make_plan
from augcli.engine.plan.job import Job
from augcli.engine.plan.planning import Plan
from augcli.engine.resources.opened import missing_resources, resources_of
from augcli.engine.state.device import choose, keep_freed_memory, worker_count
from augcli.engine.state.events import Event, Finishing, Listener, Started
from augcli.engine.state.journal import Journal, JournalIndex
from augcli.engine.state.ledger import Ledger
from augcli.engine.state.options import RunOptions
from augcli.engine.state.output_folder import OutputFolder, made_by, mark_incomplete
from augcli.engine.state.signals import StopRequest
from augcli.engine.state.summary import Summary, Tally


def run(
    pipeline: Pipeline, inputs: Sequence[str], output: str, options: RunOptions | None = None, listen: Listener | None = None
) -> Summary:
    """Make everything that is missing of this pipeline's outputs for these inputs.

    Raises UserError for mistakes that the user can fix, and Interrupted when a signal ended the run early; whatever was
    written by then counts, and the same call resumes from there.
    """
    options = options or RunOptions()
    listen = listen or (lambda event: None)
    if options.prune and (options.shard[1] > 1 or options.limit is not None):
        raise UserError("--prune needs the whole plan; drop --shard and --limit")
    if problems := missing_resources(pipeline):
        raise ConfigError(problems)
    device = choose(options)
    keep_freed_memory()
    started = time.monotonic()
    job = Job.of(pipeline, inputs, options.shard, options.limit)
    tally, pruned = Tally(), 0
    with (
        OutputFolder(output) as folder,
        StopRequest() as stop,
        closing(make_plan(job, inputs, folder.plan, exclude=[folder.root])) as plan,
    ):
        stop.check()
        if os.path.isdir(folder.journals):
            sweep(folder.root)
        index = JournalIndex(folder.journals)
        ledger = Ledger(plan, index, folder.root, device.backend, made_by(folder))
        states = ledger.count()
        planned = sum(states.values())
        stop.check()
        _refuse(plan, planned, states, options)
        done_before = states["done"] + (0 if options.retry else states["failed"])
        journal = Journal(folder.journals)
        if options.prune:
            pruned = prune(folder, plan, index, journal)
        if done_before < planned:
            drop_renamed(folder, ledger)
            mark_incomplete(folder)
        listen(Started(planned, done_before))
        allowed = allowed_errors(options.max_errors, planned)
        try:
            recipe = Recipe(pipeline, job.compiled, device)
            tasks = takewhile(lambda task: not stop.number, ledger.tasks(options.redo, options.retry))
            outputs = Outputs(Writer(folder.root), journal)
            if device.backend == "cpu" and may_fork():
                _load(recipe, plan.inventory.found)
                events = _in_processes(folder, outputs, recipe, tasks, options, stop)
            else:
                events = _on_threads(outputs, recipe, tasks, options, stop)
            for event in events:
                listen(event)
                tally.count(event)
                if options.fail_fast and tally.failed > allowed:
                    break
        finally:
            journal.flush()
            journal.close()
            index.close()
        stop.check()
        listen(Finishing())
        left_out = plan.left_out()
        totals = finish_folder(folder, plan, device, planned, left_out)
        return Summary(
            folder.root, device, planned, done_before, tally.made, tally.bytes, totals.failed, tally.failures, totals.missing,
            totals.orphans, pruned, left_out=left_out, named=plan.inventory.named,
            case_collisions=plan.inventory.case_collisions, unknown_classes=plan.unknown_classes(),
            seconds=time.monotonic() - started, over_max_errors=totals.failed.total() > allowed,
        )  # fmt: skip


def _refuse(plan: Plan, planned: int, states: Counter[str], options: RunOptions) -> None:
    """Stop before anything is written if there is nothing to do, or if outputs of another pipeline would be mixed in."""
    if not planned:
        found = plan.inventory.found
        told = ", ".join(f"{count} {name}" for name, count in sorted(found.items())) or "no readable files"
        why = ""
        if found and not any(plan.job.pipeline.steps.get(name) for name in found):
            why = f"; the pipeline only has steps for {' and '.join(plan.job.pipeline.steps)}"
        elif found:
            why = "; none of them is in a split to augment (input: {splits: [...]}), or copies is 0"
        raise NothingToDo(f"nothing to augment: found {told}{why}")
    stale = {state.removeprefix("stale: "): count for state, count in states.items() if state.startswith("stale")}
    if stale and not options.redo:
        causes = "; ".join(f"{count} because {cause}" for cause, count in sorted(stale.items()))
        raise UserError(
            f"{sum(stale.values())} existing outputs are outdated: {causes}. "
            "Add --redo to regenerate them, or choose another output folder."
        )


def _load(recipe: Recipe, found: Iterable[str]) -> None:
    """Import and open what making outputs needs, so that forked workers share it."""
    for modality in sorted(recipe.compiled.keys() & set(found)):
        MODALITIES[modality].load()
        resources_of(recipe.compiled[modality]).open()


def _in_processes(
    folder: OutputFolder, outputs: Outputs, recipe: Recipe, tasks: Iterator[Task], options: RunOptions, stop: StopRequest
) -> Iterator[Event]:
    @contextmanager
    def begin() -> Iterator[Callable[[Task], list[Event]]]:
        folder.leave_to_parent()
        journal = Journal(folder.journals)
        own = Outputs(Writer(folder.root), journal)
        try:
            yield lambda task: [own.take(result) for result in results(recipe, task, stop.asked)]
        finally:
            journal.flush()
            journal.close()

    def given_up(task: Task, why: Failure) -> Event:
        return outputs.take(Failed.unit(task.units[0], why))

    seconds = recipe.pipeline.limits.max_work_seconds
    if (yield from in_processes(begin, tasks, worker_count(options), seconds, given_up)):
        sweep(folder.root)  # workers that died may have left half-written files


def _on_threads(
    outputs: Outputs, recipe: Recipe, tasks: Iterator[Task], options: RunOptions, stop: StopRequest
) -> Iterator[Event]:
    workers = worker_count(options)
    pool = ThreadPoolExecutor(workers, "augcli")

    def work(task: Task) -> list[Event]:
        return [outputs.take(result) for result in results(recipe, task, stop.asked)]

    try:
        if recipe.device.backend == "cpu":
            for events in on_threads(pool, tasks, work, ahead=4 * workers):
                yield from events
        else:
            memory_bytes = options.memory_mb << 20
            yield from in_windows(recipe, tasks, outputs.take, pool, workers, options.batch_size, memory_bytes, stop.asked)
    finally:
        # Work in flight is finished; nothing new begins. A second signal ends the process at once.
        pool.shutdown(wait=True, cancel_futures=True)


def allowed_errors(text: str, planned: int) -> float:
    """`--max-errors`: a number of outputs, or a percentage of those planned."""
    try:
        allowed = float(text.removesuffix("%"))
    except ValueError:
        allowed = -1.0
    if not allowed >= 0:  # nan, too
        raise UserError(f"--max-errors needs a number or a percentage, for example 10 or 1%; got {text!r}")
    return allowed * planned / 100 if text.endswith("%") else allowed
