"""The public functions, each the twin of a command."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from augcli.core.pipeline.model import Pipeline
from augcli.engine.after.replay import replay
from augcli.engine.plan.discovery import make_plan
from augcli.engine.plan.planning import Plan
from augcli.engine.run import run
from augcli.load import load_pipeline


@contextmanager
def plan(pipeline: Pipeline, inputs: Sequence[str], *, limit: int | None = None) -> Iterator[Plan]:
    """What a run would make, without making it. The plan lives as long as the context."""
    with tempfile.TemporaryDirectory(prefix="augcli-") as folder:
        yield make_plan(pipeline, inputs, str(Path(folder, "plan.jsonl")), limit=limit)


__all__ = ["load_pipeline", "plan", "replay", "run"]
