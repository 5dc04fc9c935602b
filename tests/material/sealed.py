"""run.json as it would be if the run had been another one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from augcli.engine.state.run_file import RunFile, decoded


def resealed(output: Path, **stable: Any) -> None:
    """Change values of the stable part, and seal the file again."""
    path = output / "run.json"
    run = decoded(path.read_bytes(), str(path))
    path.write_bytes(RunFile({**run.stable, **stable}, run.volatile).encoded())
