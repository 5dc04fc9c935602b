"""`augcli merge`: the outputs of a run that was split with `--shard`, put together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import AsJson


def merge(
    shards: Annotated[
        list[Path], typer.Argument(metavar="SHARD...", help="The output folders of all shards.", show_default=False)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="A new folder for the merged output.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Merge the output folders of all shards into one; rejects missing, duplicate and mismatched shards."""
    from augcli import ops
    from augcli.cli.terminal.render import show_summary
    from augcli.engine.finish.merge import merge as merge_folders

    ops.load()
    show_summary(merge_folders([str(shard) for shard in shards], str(output)), as_json)
