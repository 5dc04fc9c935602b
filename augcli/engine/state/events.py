"""What the engine tells whoever listens: progress bars and logs subscribe, the engine knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from augcli.core.values.outcome import Failure


class Started(NamedTuple):
    """`units` are planned, `done` of them were made by earlier runs."""

    units: int
    done: int


class UnitDone(NamedTuple):
    unit_id: str
    modality: str
    bytes: int


class UnitFailed(NamedTuple):
    """`units` is how many outputs this failure is the end of."""

    unit_id: str
    modality: str
    failure: Failure
    units: int


class Finishing(NamedTuple):
    """All units are through; documents and manifest are being put together."""


Event = Started | UnitDone | UnitFailed | Finishing
Listener = Callable[[Event], None]
