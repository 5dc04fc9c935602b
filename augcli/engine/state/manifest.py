"""Reads the manifest of a finished output back, record by record."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

from augcli.core.values.outcome import Mismatch, OutputError
from augcli.dataset.opened import NotOurs, open_regular

from .output_folder import MANIFEST

_MOST_BYTES_OF_A_LINE = 64 << 20


def records(root: str) -> Iterator[dict[str, Any]]:
    """The manifest's records, one at a time."""
    path = os.path.join(root, MANIFEST)
    for number, line in enumerate(record_lines(root), 1):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict) or not _is_sound(record):
            raise OutputError(f"{path}, line {number}: not a record; run the pipeline again to rewrite the manifest")
        yield record


def record_lines(root: str) -> Iterator[bytes]:
    """The lines of the manifest, which must be a regular file and no link."""
    path = os.path.join(root, MANIFEST)
    try:
        with open(open_regular(root, MANIFEST), "rb") as file:
            while line := file.readline(_MOST_BYTES_OF_A_LINE + 1):
                if len(line) > _MOST_BYTES_OF_A_LINE:
                    raise OutputError(f"{path} has a line of more than {_MOST_BYTES_OF_A_LINE >> 20} MB, which is not a record")
                yield line
    except NotOurs as error:
        raise Mismatch(str(error)) from None
    except OSError as error:
        raise OutputError(f"{path} cannot be read: {error.strerror}") from None


def _is_sound(record: dict[str, Any]) -> bool:
    """Whether a record has what is used of every record: a manifest may come from somebody else."""
    texts = ("id", "status", "output", "sha256") if "output" in record or record.get("status") != "failed" else ("id", "status")
    return all(type(record.get(name)) is str for name in texts)
