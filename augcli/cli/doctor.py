"""`augcli doctor`: the engine's findings about this machine, as a table or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import AsJson

if TYPE_CHECKING:
    from augcli.engine.about.machine import HealthCheck


def doctor(
    pipeline: Annotated[
        Path | None, typer.Argument(metavar="PIPELINE", help="Also check what this pipeline needs.", show_default=False)
    ] = None,
    torch: Annotated[bool, typer.Option(help="List the GPUs that torch can use (takes a few seconds).")] = True,
    as_json: AsJson = False,
) -> None:
    """Check this installation: packages, devices, file formats, word lists, and what a pipeline needs."""
    from augcli.cli.terminal.render import print_json, print_table
    from augcli.engine.about.doctor import examine
    from augcli.load import load_pipeline

    loaded = None if pipeline is None else load_pipeline(str(pipeline))
    found = list(examine(loaded, torch))
    missing = [item for item in found if item.section == "pipeline" and item.state == "missing"]
    if as_json:
        print_json({"ok": not missing, "found": [item._asdict() for item in found]})
    else:
        print_table(("", "what", "state", "detail"), _rows(found))
        if missing:
            print(f"{pipeline} cannot run here: something is missing for {', '.join(item.name for item in missing)}")
        elif loaded is not None:
            print(f"everything that {pipeline} needs is available")
    raise typer.Exit(1 if missing else 0)


def _rows(found: list[HealthCheck]) -> list[tuple[str, str, str, str]]:
    """Put neighbours with the same state and detail on one row; name each section once."""
    from itertools import groupby

    rows, section = [], ""
    for (of, state, detail), group in groupby(found, lambda item: (item.section, item.state, item.detail)):
        rows.append((of if of != section else "", ", ".join(item.name for item in group), state, detail))
        section = of
    return rows
