"""What a layout is shown: a file that the walk found."""

from __future__ import annotations

from typing import NamedTuple

from augcli.dataset.detect import Detection


class FoundFile(NamedTuple):
    """A file that the walk found, and what detection says about it."""

    absolute: str
    relative: str  # below the input root, POSIX; the id of its source
    size: int
    mtime_ns: int
    detection: Detection
