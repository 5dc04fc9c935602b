"""`augcli run`: the options of a run, its progress and its summary."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .options import AsJson, Copies, Inputs, Limit, PipelineFile, Seed, Sets, overrides, shard


class Backend(StrEnum):
    auto = "auto"
    cpu = "cpu"
    torch = "torch"


class ProgressKind(StrEnum):
    auto = "auto"
    bar = "bar"
    plain = "plain"
    none = "none"


def run(
    pipeline: PipelineFile,
    inputs: Inputs,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the augmented copies.", show_default=False)],
    copies: Copies = None,
    seed: Seed = None,
    sets: Sets = [],  # noqa: B006  (Typer copies it)
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N.")] = "auto",
    backend: Annotated[
        Backend, typer.Option(help="cpu: OpenCV in worker processes; torch: batches on the device.")
    ] = Backend.auto,
    batch_size: Annotated[str, typer.Option(metavar="auto|N", help="Outputs per batch (torch backend).")] = "auto",
    memory: Annotated[int, typer.Option(min=16, metavar="MB", help="Decoded data held at once (torch backend).")] = 512,
    workers: Annotated[int, typer.Option(min=0, help="Worker processes (torch backend: threads); 0: one per core.")] = 0,
    shard_text: Annotated[
        str, typer.Option("--shard", metavar="I/N", help="Process only shard I of N (I counts from 0).")
    ] = "0/1",
    limit: Limit = None,
    max_errors: Annotated[str, typer.Option(metavar="N|%", help="Number or percentage of failed outputs to tolerate.")] = "0",
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop as soon as --max-errors is exceeded.")] = False,
    redo: Annotated[bool, typer.Option("--redo", help="Regenerate outdated outputs.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Retry outputs that failed before.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Remove outputs of earlier runs that are no longer planned.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan; write nothing.")] = False,
    progress: Annotated[ProgressKind, typer.Option(help="How to show progress (on stderr).")] = ProgressKind.auto,
    as_json: AsJson = False,
) -> None:
    """Make the augmented copies. If interrupted, run the same command again to resume."""
    from augcli.cli.terminal.progress import Progress
    from augcli.cli.terminal.render import printable, show_summary
    from augcli.core.pipeline.fixed_numbers import warnings
    from augcli.core.values.outcome import UserError
    from augcli.engine.run import run as run_engine
    from augcli.engine.state.options import RunOptions, allowed_errors
    from augcli.load import load_pipeline

    from .plan import show_plan

    loaded = load_pipeline(str(pipeline), overrides(sets, seed, copies))
    paths = [str(path) for path in inputs]
    if dry_run:
        show_plan(loaded, paths, as_json, limit, str(output))
        return
    if batch_size != "auto" and not (batch_size.isdecimal() and int(batch_size) > 0):
        raise UserError(f"--batch-size needs auto or a whole number above 0; got {batch_size!r}")
    allowed_errors(max_errors, 0)
    for warning in warnings(loaded):
        print(f"warning: {printable(str(warning))}", file=sys.stderr)
    options = RunOptions(
        device=device,
        backend=backend.value,
        batch_size=0 if batch_size == "auto" else int(batch_size),
        memory_mb=memory,
        workers=workers,
        shard=shard(shard_text),
        limit=limit,
        max_errors=max_errors,
        fail_fast=fail_fast,
        redo=redo,
        retry=retry,
        prune=prune,
    )
    with Progress("none" if as_json and progress is ProgressKind.auto else progress.value) as bar:
        summary = run_engine(loaded, paths, str(output), options, bar)
    show_summary(summary, as_json)
    raise typer.Exit(summary.exit_code)
