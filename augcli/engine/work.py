"""What a run does where something is left to do: judge what is there, make what is not, finish the folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from augcli.core.plan import Task
from augcli.core.values.outcome import Failure, NothingToDo, UserError
from augcli.dataset.write import Writer, sweep
from augcli.engine.finish.folder import Finish
from augcli.engine.finish.prune import drop_renamed, prune, unplanned_documents
from augcli.engine.make.hand_out import HandOut, Range, RowTask
from augcli.engine.make.outputs import Outputs, Report
from augcli.engine.make.processes import in_processes, may_fork
from augcli.engine.make.recipe import Recipe
from augcli.engine.make.windows import in_windows, on_threads
from augcli.engine.modality.table import MODALITIES
from augcli.engine.plan.partners import Partners
from augcli.engine.plan.planning import Plan
from augcli.engine.resources.opened import resources_of
from augcli.engine.state.device import Device, worker_count
from augcli.engine.state.events import Event, Listener, Started
from augcli.engine.state.fingerprints import Fingerprints
from augcli.engine.state.ledger import FAILED_BEFORE, MADE, NO_UNIT, OTHER_SOURCE, OTHER_STEPS, Ledger
from augcli.engine.state.options import RunOptions, allowed_errors
from augcli.engine.state.output_folder import OutputFolder
from augcli.engine.state.run_file import made_by, mark_incomplete
from augcli.engine.state.signals import StopRequest
from augcli.engine.state.summary import Tally, Totals
from augcli.engine.store.units import StateIndex

_RANGE_UNITS = 64  # that are looked up at once for threads
_FRAME_S = 1.0  # what threads have made is written to the state at least that often


class OpenWork:
    """One run's work. `sealed` is how many frames of the state a clean end vouches for."""

    def __init__(
        self, folder: OutputFolder, plan: Plan, device: Device, fingerprints: Fingerprints, options: RunOptions, sealed: int
    ) -> None:
        self._folder, self._plan, self._device, self._options = folder, plan, device, options
        self._fingerprints = fingerprints
        if sealed < folder.state.next_sequence:
            sweep(folder.root)  # files that a killed run was writing
        self._index = StateIndex(folder.state)
        self._partners = Partners(plan.job.compiled, plan.job.pipeline.seed, plan)
        self._ledger = Ledger(plan, self._index, fingerprints, self._partners)
        self._ledger.judge(folder.root, self._index.since(sealed))
        self._states = self._ledger.count()
        self.planned = self._states.total() - self._states[NO_UNIT]
        self.done_before = self._states[MADE] + (0 if options.retry else self._states[FAILED_BEFORE])
        self.pruned = 0
        self._outputs = Outputs(Writer(folder.root), fingerprints.reading)  # of threads; processes have their own
        self._wanted = self._ledger.choose(options.redo, options.retry)

    def refuse(self) -> None:
        """Stop before anything is written if there is nothing to do, or if outputs of another pipeline would be mixed in."""
        plan = self._plan
        found = plan.inventory.found
        if not self.planned and not (found and plan.job.shard[1] > 1):  # a shard may be empty; its run still counts
            told = ", ".join(f"{count} {name}" for name, count in sorted(found.items())) or "no readable files"
            why = ""
            if found and not any(plan.job.pipeline.steps.get(name) for name in found):
                why = f"; the pipeline only has steps for {' and '.join(plan.job.pipeline.steps)}"
            elif found:
                why = "; none of them is in a split to augment (input: {splits: [...]}), or copies is 0"
            raise NothingToDo(f"nothing to augment: found {told}{why}")
        before = made_by(self._folder.root)
        changed = f"the backend was {before} and is now {self._device.backend}"
        causes = [
            (self._states[OTHER_STEPS], "the pipeline has changed" if before in ("", self._device.backend) else changed),
            (self._states[OTHER_SOURCE], "a source has changed"),
        ]
        stale = sum(count for count, _ in causes)
        if stale and not self._options.redo:
            told = "; ".join(f"{count} because {cause}" for count, cause in causes if count)
            raise UserError(
                f"{stale} existing outputs are outdated: {told}. Add --redo to regenerate them, or choose another output folder."
            )

    def begin(self, listen: Listener) -> None:
        """Tell what is to be done; from now on the folder says that it is not finished."""
        if self._wanted.any():
            mark_incomplete(self._folder.root)
        listen(Started(self.planned, self.done_before))

    def make(self, listen: Listener, stop: StopRequest, tally: Tally) -> None:
        """Make what is to be made; stops early when a signal asks for it, or at too many failures with `fail_fast`."""
        folder, options, plan = self._folder, self._options, self._plan
        if options.prune:
            self.pruned = prune(folder, plan, self._index, self._ledger)
        drop_renamed(folder, plan, self._index, self._ledger)
        if not self._wanted.any():
            return
        hand_out = HandOut(plan, self._wanted, self._fingerprints, self._partners)
        recipe = Recipe(plan.job.pipeline, plan.job.compiled, self._device)
        allowed = allowed_errors(options.max_errors, self.planned)
        forked = self._device.backend == "cpu" and may_fork()
        if forked:
            _load(recipe, plan.inventory.found)
        reports = (self._in_processes if forked else self._on_threads)(recipe, hand_out, stop)
        try:
            for report in reports:
                self._keep(report)
                for event in report.events:
                    listen(event)
                    tally.count(event)
                if options.fail_fast and tally.failed > allowed:
                    break
        finally:
            reports.close()
            self._keep(Report([], self._outputs.frames()))

    def _keep(self, report: Report) -> None:
        for body in report.bodies:
            self._folder.state.append(body)

    def finish(self, digest: str) -> Totals:
        whole = self._plan.job.whole
        orphans = len(self._ledger.orphans()) - self.pruned if whole else 0
        unplanned = len(unplanned_documents(self._folder, self._plan)) if whole else 0
        finish = Finish(self._folder, self._ledger, self._wanted, len(self._index), max(orphans, unplanned))
        return finish.write(self._device, digest, self._plan.left_out())

    def _in_processes(self, recipe: Recipe, hand_out: HandOut, stop: StopRequest) -> Generator[Report, None, None]:
        root, reading = self._folder.root, self._fingerprints.reading

        @contextmanager
        def begin() -> Iterator[Callable[[Range], Report]]:
            self._folder.state.leave_to_parent()
            own = Outputs(Writer(root), reading)

            def work(given: Range) -> Report:
                tasks = hand_out.tasks(given.first, given.stop)
                return own.report(event for task in tasks for event in own.make(recipe, task, stop.asked))

            yield work

        def given_up(given: Range, why: Failure) -> Report:
            outputs = Outputs(Writer(root), reading)
            tasks = hand_out.tasks(given.first, given.stop)
            return outputs.report(event for task in tasks for event in outputs.give_up(task, why))

        def more(most: int) -> Range | None:
            return None if stop.number else hand_out.next(most)

        seconds = recipe.pipeline.limits.max_work_seconds
        self._folder.state.buffer()  # mapped before workers are forked, who read plans there
        if (yield from in_processes(begin, more, worker_count(self._options), seconds, given_up, self._keep)):
            sweep(root)  # workers that died may have left half-written files

    def _on_threads(self, recipe: Recipe, hand_out: HandOut, stop: StopRequest) -> Generator[Report, None, None]:
        written = time.monotonic()
        for event in self._events(recipe, hand_out, self._outputs, stop):
            late = time.monotonic() - written > _FRAME_S
            written = time.monotonic() if late else written
            yield Report([event], self._outputs.frames(whole=not late))

    def _events(self, recipe: Recipe, hand_out: HandOut, outputs: Outputs, stop: StopRequest) -> Iterator[Event]:
        options = self._options
        workers = worker_count(options)
        pool = ThreadPoolExecutor(workers, "augcli")
        tasks = _all_tasks(hand_out, stop)

        def work(task: Task | RowTask) -> list[Event]:
            return list(outputs.make(recipe, task, stop.asked))

        try:
            if recipe.device.backend == "cpu":
                for events in on_threads(pool, tasks, work, ahead=4 * workers):
                    yield from events
            else:
                memory_bytes = options.memory_mb << 20
                made_beside: list[Event] = []
                files = _files(recipe, tasks, outputs, stop, made_beside)
                size = options.batch_size
                for event in in_windows(recipe, files, outputs.take, pool, workers, size, memory_bytes, stop.asked):
                    yield event
                    yield from made_beside
                    made_beside.clear()
                yield from made_beside
        finally:
            # OpenWork in flight is finished; nothing new begins. A second signal ends the process at once.
            pool.shutdown(wait=True, cancel_futures=True)


def _files(
    recipe: Recipe, tasks: Iterator[Task | RowTask], outputs: Outputs, stop: StopRequest, events: list[Event]
) -> Iterator[Task]:
    """The tasks that are files. Rows have nothing to be executed on a device, and are made on the way."""
    for task in tasks:
        if isinstance(task, RowTask):
            events += outputs.make(recipe, task, stop.asked)
        else:
            yield task


def _all_tasks(hand_out: HandOut, stop: StopRequest) -> Iterator[Task | RowTask]:
    for given in iter(partial(hand_out.next, _RANGE_UNITS), None):
        for task in hand_out.tasks(given.first, given.stop):
            if stop.number:
                return
            yield task


def _load(recipe: Recipe, found: Iterable[str]) -> None:
    """Import and open what making outputs needs, so that forked workers share it."""
    for modality in sorted(recipe.compiled.keys() & set(found)):
        MODALITIES[modality].load()
        resources_of(recipe.compiled[modality]).open()
