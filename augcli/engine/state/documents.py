"""Documents in the state: files with content of many units, each an entry of its own. Later entries win."""

from __future__ import annotations

import json
from typing import NamedTuple

from augcli.dataset.opened import is_inside
from augcli.dataset.write import json_line
from augcli.engine.store.frames import Body
from augcli.engine.store.state_file import StateFile

DOCUMENT = "D"


class DocumentEntry(NamedTuple):
    """A document as it was written; without a SHA-256, one that was removed. `fingerprint` changes with any of its rows."""

    path: str
    sha256: str = ""
    bytes: int = 0
    rows: int = 0
    fingerprint: str = ""

    def told(self) -> dict[str, str | int]:
        """What run.json says of it."""
        return {"sha256": self.sha256, "bytes": self.bytes, "rows": self.rows}

    def body(self) -> Body:
        return Body(DOCUMENT, b"", b"", json_line(self).encode("ascii"))


def documents(state: StateFile, after: int = 0) -> dict[str, DocumentEntry]:
    """All documents by path; with `after`, only those written after that many frames."""
    found = {}
    for frame, body in state.bodies(DOCUMENT):
        entry = _entry(body)
        if entry is not None and frame.sequence >= after:
            found[entry.path] = entry
    return {path: entry for path, entry in found.items() if entry.sha256}


def _entry(body: Body) -> DocumentEntry | None:
    """What a frame says of a document; None where it is not as augcli writes it, or its path leaves the output."""
    try:
        entry = DocumentEntry(*json.loads(body.private))
        if [type(value) for value in entry] != [str, str, int, int, str] or len(bytes.fromhex(entry.sha256)) not in (0, 32):
            return None
    except (TypeError, ValueError, RecursionError):
        return None
    return entry if is_inside(entry.path) else None
