"""The results of making: an output that is not written yet, or the reason why there is none."""

from __future__ import annotations

from typing import Any, NamedTuple

from augcli.core.plan import EVERY_COPY, Fingerprint, Source, Task, Unit, unit_id
from augcli.core.values.outcome import Failure

from .records import base_record


class Made(NamedTuple):
    """One output: its bytes and its record."""

    unit: Unit
    data: bytes
    record: dict[str, Any]
    link_to: str = ""  # the path of the source, where the output may be a link to it


class Failed(NamedTuple):
    """A unit, or with copy EVERY_COPY a whole source, that could not be made; `units` is the number of outputs affected."""

    source: Source
    copy: int
    failure: Failure
    fingerprint: Fingerprint | None = None
    word: int = 0
    units: int = 1

    @classmethod
    def unit(cls, unit: Unit, failure: Failure) -> Failed:
        return cls(unit.source, unit.copy, failure, unit.fingerprint, unit.word)

    @classmethod
    def whole(cls, task: Task, failure: Failure, units: int) -> Failed:
        return cls(task.source, EVERY_COPY, failure, task.whole, task.whole_word, units)

    @property
    def id(self) -> str:
        return unit_id(self.source.id, self.copy)

    @property
    def record(self) -> dict[str, Any]:
        error = {"code": self.failure.code, "stage": self.failure.stage}
        return base_record(self.source, self.copy, self.id, "failed") | {"error": error}
