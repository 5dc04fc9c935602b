"""The public functions, each the twin of a command, and the values that they take, tell and raise."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from augcli.core.pipeline.model import Pipeline
from augcli.core.values.outcome import ConfigError, UserError
from augcli.engine.after.replay import replay
from augcli.engine.plan.discovery import make_plan
from augcli.engine.plan.job import Job
from augcli.engine.plan.planning import Plan
from augcli.engine.run import run
from augcli.engine.state.events import UnitDone, UnitFailed
from augcli.engine.state.options import RunOptions
from augcli.engine.state.signals import Interrupted
from augcli.load import load_pipeline


@contextmanager
def plan(pipeline: Pipeline, inputs: Sequence[str], *, limit: int | None = None) -> Iterator[Plan]:
    """What a run would make, without making it. The plan lives as long as the context."""
    with tempfile.TemporaryDirectory(prefix="augcli-") as folder:
        job = Job.of(pipeline, inputs, limit=limit)
        with closing(make_plan(job, inputs, str(Path(folder, "plan.jsonl")))) as planned:
            yield planned


__all__ = [
    "ConfigError",
    "Interrupted",
    "RunOptions",
    "UnitDone",
    "UnitFailed",
    "UserError",
    "load_pipeline",
    "plan",
    "replay",
    "run",
]
