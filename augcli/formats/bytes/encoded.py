"""What an encoder returns, whatever the modality."""

from __future__ import annotations

from typing import NamedTuple


class Encoded(NamedTuple):
    """One file's content, ready to be written.

    `suffix` begins with a dot. `notes` say what could not be kept from the source: they go into the unit's record, so
    they contain nothing that differs from run to run.
    """

    data: bytes
    suffix: str
    notes: dict[str, str]
