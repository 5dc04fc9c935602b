"""Arguments and options that several commands share, and how their values are parsed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from augcli.core.values.outcome import UserError

PipelineFile = Annotated[Path, typer.Argument(metavar="PIPELINE", help="The pipeline (a YAML file).", show_default=False)]
Inputs = Annotated[list[Path], typer.Argument(metavar="INPUT...", help="Folders or files to augment.", show_default=False)]
OutputDir = Annotated[Path, typer.Argument(metavar="OUTPUT", help="An output folder of augcli run.", show_default=False)]
Sets = Annotated[
    list[str],
    typer.Option(
        "--set", metavar="ID.FIELD=VALUE", help="Override a value, such as rotate.angle_deg=-5..5 or output.image.quality=90."
    ),
]
Seed = Annotated[int | None, typer.Option(help="Override the pipeline's seed.", show_default=False)]
Copies = Annotated[int | None, typer.Option(min=0, help="Override the number of copies per sample.", show_default=False)]
Limit = Annotated[int | None, typer.Option(min=1, metavar="N", help="Process only the first N samples.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object to stdout.")]


def overrides(sets: list[str], seed: int | None = None, copies: int | None = None) -> dict[str, str]:
    """Merge `--set`, `--seed` and `--copies` into one mapping; the flags win over `--set`."""
    values = {}
    for item in sets:
        target, equals, value = item.partition("=")
        if not equals or not target.strip():
            raise UserError(f"--set needs ID.FIELD=VALUE, for example rotate.angle_deg=-5..5; got {item!r}")
        values[target.strip()] = value.strip()
    if seed is not None:
        values["--seed"] = str(seed)
    if copies is not None:
        values["--copies"] = str(copies)
    return values


def shard(text: str) -> tuple[int, int]:
    """Parse `I/N`, where I counts from 0."""
    number, slash, of = text.partition("/")
    if not slash or not number.isdecimal() or not of.isdecimal() or not 0 <= int(number) < int(of):
        raise UserError(f"--shard needs I/N with I from 0 to N-1, for example 0/4; got {text!r}")
    return int(number), int(of)
