"""`augcli init`: write the proposed pipeline, and tell what was found."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from .options import AsJson, Inputs


def init(
    inputs: Inputs,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="PIPELINE", help="Write the pipeline to this file instead of stdout."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    as_json: AsJson = False,
) -> None:
    """Propose a first pipeline for the files in these folders."""
    from augcli.cli.terminal.files import write_text
    from augcli.cli.terminal.render import print_json
    from augcli.core.values.outcome import OutputError
    from augcli.engine.start.starter import findings, pipeline_text
    from augcli.engine.start.survey import survey

    if output is not None and output.exists() and not force:
        raise OutputError(f"{output} already exists; choose another name, or add --force to overwrite it")
    found = survey([str(path) for path in inputs])
    text = pipeline_text(found, str(output or "pipeline.yaml"))
    if output is not None:
        write_text(output, text)
    if as_json:
        print_json({
            "findings": findings(found),
            "samples": {name: group.samples for name, group in found.groups.items()},
            "labels": {name: dict(sorted(group.labels.items())) for name, group in found.groups.items()},
            "left_out": dict(found.left_out), "cannot_be_read": dict(found.troubles),
            "output": None if output is None else str(output), "pipeline": text,
        })  # fmt: skip
        return
    told = sys.stderr if output is None else sys.stdout
    print("\n".join(findings(found)), file=told)
    if output is None:
        print(text, end="")
    else:
        command = shlex.join(["augcli", "run", str(output), *map(str, inputs), "-o", "OUTPUT"])
        print(f"wrote {output}; review it, then run: {command}")
