"""The public functions, each the twin of a command, and the values that they take, tell and raise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from augcli.core.pipeline.model import Pipeline
from augcli.core.values.outcome import ConfigError, UserError
from augcli.engine.after.replay import replay
from augcli.engine.plan.discovery import make_plan
from augcli.engine.plan.job import Job
from augcli.engine.plan.planning import Plan
from augcli.engine.run import run
from augcli.engine.state.events import UnitFailed, UnitsDone
from augcli.engine.state.options import RunOptions
from augcli.engine.state.signals import Interrupted
from augcli.engine.store.state_file import StateFile
from augcli.load import load_pipeline


@contextmanager
def plan(pipeline: Pipeline, inputs: Sequence[str], *, limit: int | None = None) -> Iterator[Plan]:
    """What a run would make, without making it. The plan lives as long as the context."""
    with closing(StateFile.unnamed()) as state:
        yield make_plan(Job.of(pipeline, inputs, limit=limit), inputs, state)


__all__ = [
    "ConfigError",
    "Interrupted",
    "RunOptions",
    "UnitFailed",
    "UnitsDone",
    "UserError",
    "load_pipeline",
    "plan",
    "replay",
    "run",
]
