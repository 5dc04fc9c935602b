"""Reads the manifest of a finished output back, record by record."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

from augcli.core.values.outcome import Mismatch, OutputError
from augcli.dataset.opened import NotOurs, open_regular

from .output_folder import MANIFEST


def records(root: str) -> Iterator[dict[str, Any]]:
    """The manifest's records, one at a time."""
    path = os.path.join(root, MANIFEST)
    try:
        with open(open_regular(root, MANIFEST), "rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    record = json.loads(line)
                except ValueError:
                    record = None
                if not isinstance(record, dict) or not {"id", "status"} <= record.keys():
                    raise OutputError(f"{path}, line {number}: not a record; run the pipeline again to rewrite the manifest")
                yield record
    except NotOurs as error:
        raise Mismatch(str(error)) from None
    except OSError as error:
        raise OutputError(f"{path} cannot be read: {error.strerror}") from None
