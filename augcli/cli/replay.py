"""`augcli replay`: regenerate outputs from their records and report every difference."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import AsJson, OutputDir

_OF_THE_FILE = ("file differs", "file missing")


def replay(
    output: OutputDir,
    unit_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Only this output, given by id or path.", show_default=False)
    ] = None,
    inputs: Annotated[list[Path], typer.Option("--input", metavar="INPUT", help="Where the input is now, if it has moved.")] = [],  # noqa: B006
    write: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the regenerated output to FILE (needs --id).", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Regenerate outputs from their records; compare them byte for byte with the records and the files."""
    from collections import Counter

    from augcli import ops
    from augcli.cli.terminal.render import counted, print_json, printable
    from augcli.core.values.outcome import Mismatch, UserError
    from augcli.dataset.write import trouble
    from augcli.engine.after.replay import replay as replay_folder

    if write is not None and unit_id is None:
        raise UserError("--write writes a single output; name it with --id")
    ops.load()
    verdicts: Counter[str] = Counter()
    bad = []
    for result in replay_folder(str(output), unit_id, [str(path) for path in inputs] or None):
        verdicts[result.verdict] += 1
        # A missing or damaged file is a finding, except with --write, which may be used to restore it.
        if result.verdict != "same" and not (write is not None and result.verdict in _OF_THE_FILE):
            bad.append(result)
        if write is not None and result.verdict in ("same", "different", *_OF_THE_FILE):
            if sum(verdicts.values()) > 1:
                raise UserError(f"--write writes a single output, but {unit_id!r} matches several; give the id of one")
            try:
                write.write_bytes(result.data)
            except OSError as error:
                raise trouble(error, str(write)) from None
    if as_json:
        print_json(
            {
                "ok": not bad,
                "verdicts": dict(verdicts),
                "different": [{"id": item.unit_id, "verdict": item.verdict, "detail": item.detail} for item in bad],
            }
        )
        if bad:
            raise SystemExit(Mismatch.exit_code)
        return
    for item in bad:
        print(printable(f"{item.verdict}: {item.unit_id}: {item.detail}"))
    if bad:
        raise Mismatch(f"{len(bad)} of {counted(sum(verdicts.values()), 'output')} did not match")
    print(f"{counted(sum(verdicts.values()), 'output')} regenerated, identical byte for byte")
