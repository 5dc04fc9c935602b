"""What a run tells of itself when it ends."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from .device import Device


@dataclass
class Summary:
    """What a run did. `complete` says that every planned unit is done or has a failure of its data on record."""

    output: str
    device: Device
    planned: int = 0
    done_before: int = 0
    made: Counter[str] = field(default_factory=Counter)  # outputs by modality
    bytes: int = 0
    failed: Counter[str] = field(default_factory=Counter)  # outputs by failure code, earlier runs' included
    failures: list[tuple[str, str, str]] = field(default_factory=list)  # the first few: unit, code, message
    missing: int = 0
    orphans: int = 0
    pruned: int = 0
    merged: int = 0  # outputs that were brought together from shards
    left_out: Counter[str] = field(default_factory=Counter)
    named: dict[str, list[str]] = field(default_factory=dict)  # the first few files left out for each reason
    case_collisions: list[tuple[str, str]] = field(default_factory=list)
    unknown_classes: list[str] = field(default_factory=list)  # that `copies` names, and no sample has
    seconds: float = 0.0
    complete: bool = False
    over_max_errors: bool = False

    @property
    def exit_code(self) -> int:
        return 1 if self.over_max_errors or not self.complete else 0
