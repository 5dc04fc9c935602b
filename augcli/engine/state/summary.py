"""What a run tells when it has ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .device import Device
from .events import Event, UnitFailed, UnitsDone

_MOST_SHOWN = 20


@dataclass
class Totals:
    """How the planned units stand at the end of a run."""

    planned: int = 0
    outputs: int = 0
    bytes: int = 0
    missing: int = 0
    orphans: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    by_modality: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        counters = {"failed": dict(sorted(self.failed.items())), "by_modality": dict(sorted(self.by_modality.items()))}
        return {**asdict(self), **counters}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Totals:
        counters = {name: Counter(values[name]) for name in ("failed", "by_modality")}
        return cls(**{**values, **counters})


@dataclass(frozen=True)
class Summary:
    """What a run did. `complete` means that every planned unit is done, or has a recorded failure of its data."""

    output: str
    device: Device
    planned: int = 0
    done_before: int = 0
    made: Counter[str] = field(default_factory=Counter)  # outputs by modality
    bytes: int = 0
    failed: Counter[str] = field(default_factory=Counter)  # outputs by failure code, earlier runs' included
    failures: Sequence[tuple[str, str, str]] = ()  # the first few: unit, code, message
    missing: int = 0
    orphans: int = 0
    pruned: int = 0
    merged: int = 0  # outputs merged from shards
    left_out: Counter[str] = field(default_factory=Counter)
    named: Mapping[str, Sequence[str]] = field(default_factory=dict)  # the first few files left out for each reason
    case_collisions: Sequence[tuple[str, str]] = ()
    unknown_classes: Sequence[str] = ()  # listed by `copies`, but no sample has them
    seconds: float = 0.0
    over_max_errors: bool = False

    @property
    def complete(self) -> bool:
        return self.missing == 0

    @property
    def exit_code(self) -> int:
        return 1 if self.over_max_errors or not self.complete else 0


class Tally:
    """Counts the events of one run."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()
        self.bytes = 0
        self.failed = 0
        self._failures: list[tuple[str, str, str]] = []

    def count(self, event: Event) -> None:
        if isinstance(event, UnitsDone):
            self.made[event.modality] += event.units
            self.bytes += event.bytes
        elif isinstance(event, UnitFailed):
            self.failed += event.units
            if len(self._failures) < _MOST_SHOWN:
                self._failures.append((event.unit_id, event.failure.code, event.failure.message))

    @property
    def failures(self) -> list[tuple[str, str, str]]:
        return sorted(self._failures)  # workers tell of them as they come
