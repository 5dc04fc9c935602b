"""Files that commands write for the user, beside outputs of runs."""

from __future__ import annotations

from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write a text file whole; raises OutputError when that does not work."""
    from augcli.core.values.outcome import OutputError

    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from None
