"""Files that commands write at the user's request, such as pipelines and schemas; outputs of runs are the engine's."""

from __future__ import annotations

from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write a text file; raises OutputError on failure."""
    from augcli.core.values.outcome import OutputError

    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from None
