"""The events that the engine reports to its listener, such as a progress bar; the engine knows no listener by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from augcli.core.values.outcome import Failure


class Started(NamedTuple):
    """`units` are planned; `done` of them were made by earlier runs."""

    units: int
    done: int


class UnitsDone(NamedTuple):
    """Some more outputs of one modality have been made, of this many bytes in all."""

    modality: str
    units: int
    bytes: int


class UnitFailed(NamedTuple):
    """`units` is the number of outputs that this failure affects."""

    unit_id: str
    modality: str
    failure: Failure
    units: int


class Finishing(NamedTuple):
    """All units are done; documents and manifest are being assembled."""


Event = Started | UnitsDone | UnitFailed | Finishing
Listener = Callable[[Event], None]
