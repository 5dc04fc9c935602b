"""A run, from input folders to a finished output folder."""

from __future__ import annotations

import time
from collections.abc import Sequence

from augcli.core.pipeline.model import Pipeline
from augcli.core.values.outcome import ConfigError, UserError
from augcli.engine.finish.rebuild import rebuild
from augcli.engine.plan.discovery import make_plan
from augcli.engine.plan.job import Job
from augcli.engine.resources.opened import missing_resources
from augcli.engine.state.device import choose, keep_freed_memory
from augcli.engine.state.events import Finishing, Listener, Started
from augcli.engine.state.fingerprints import Fingerprints
from augcli.engine.state.options import RunOptions, allowed_errors
from augcli.engine.state.output_folder import OutputFolder
from augcli.engine.state.seal import last_seal
from augcli.engine.state.signals import StopRequest
from augcli.engine.state.summary import Summary, Tally
from augcli.engine.work import OpenWork


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
    allowed_errors(options.max_errors, 0)
    device = choose(options)
    keep_freed_memory()
    started = time.monotonic()
    job = Job.of(pipeline, inputs, options.shard, options.limit)
    tally = Tally()
    with OutputFolder(output) as folder, StopRequest() as stop:
        try:
            sealed, seal = last_seal(folder.state)
            clean = sealed == folder.state.next_sequence
            plan = make_plan(job, inputs, folder.state, exclude=[folder.root])
            fingerprints = Fingerprints(job, device.backend)
            stop.check()
            digest = fingerprints.job_digest(job)
            work = None
            if seal is None or not clean or not seal.still_holds(folder.state, folder.root, digest, plan.digest, options):
                if folder.lost:
                    rebuild(folder, plan, fingerprints)
                work = OpenWork(folder, plan, device, fingerprints, options, sealed if not folder.lost else 0)
                stop.check()
                work.refuse()
        except BaseException:
            folder.take_back()
            raise
        if work is None:
            assert seal is not None
            totals = seal.totals
            listen(Started(totals.planned, totals.planned))
            listen(Finishing())
        else:
            work.begin(listen)
            work.make(listen, stop, tally)
            stop.check()
            listen(Finishing())
            totals = work.finish(digest)
        inventory = plan.inventory
        return Summary(
            folder.root, device, totals.planned, totals.planned if work is None else work.done_before, tally.made, tally.bytes,
            totals.failed, tally.failures, totals.missing, totals.orphans, work.pruned if work else 0, left_out=plan.left_out(),
            named=inventory.named, case_collisions=inventory.case_collisions, unknown_classes=plan.unknown_classes(),
            seconds=time.monotonic() - started,
            over_max_errors=totals.failed.total() > allowed_errors(options.max_errors, totals.planned),
        )  # fmt: skip
