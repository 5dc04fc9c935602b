"""Where plan, partners and the journals of earlier runs meet: says what is done, and hands out tasks for what is left.

Fingerprints are compared; nothing is drawn or opened.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

from augcli.core.plan import EVERY_COPY, ORIGINAL, Fingerprint, Task, Unit, name_hash, unit_hash
from augcli.engine.plan.partners import Partners
from augcli.engine.plan.planning import Plan

from .fingerprints import Fingerprints
from .journal import DONE, FAILED, JournalIndex


class Ledger:
    """Knows for every planned unit whether it is done, missing or stale."""

    def __init__(self, plan: Plan, index: JournalIndex, output_root: str, backend: str, made_by: str = "") -> None:
        self.plan, self.index, self._root = plan, index, output_root
        other_backend = made_by not in ("", backend)
        self.changed = f"the backend was {made_by} and is now {backend}" if other_backend else "the pipeline has changed"
        self._fingerprints = Fingerprints(plan.job, backend)
        self._partners = Partners(plan.job.compiled, plan.job.pipeline.seed, plan.file)

    def complete(self, unit: Unit) -> Unit:
        """The unit with its partners and its fingerprint."""
        if unit.fingerprint is not None:
            return unit
        chosen = self._partners.of(unit.source, unit.copy)
        partners = tuple([self.plan.job.readable(partner) if partner else None for partner in chosen])
        return unit._replace(partners=partners, fingerprint=self._fingerprints.of(unit, chosen))

    def entry(self, unit: Unit) -> Any | None:
        """The journal entry that counts for this unit, whether or not it is up to date."""
        if len(self.index) == 0:
            return None
        source = unit.source
        own = self.index.find(unit_hash(source.id, unit.copy))
        if not self.index.failures:
            return own
        whole = self.index.find(unit_hash(source.id, EVERY_COPY)) if unit.copy != ORIGINAL else None
        if (
            whole is None
            or whole["status"] != FAILED.encode()
            or not self._fingerprints.whole(source).matches(int(whole["pipeline"]), int(whole["source"]))
        ):
            return own
        # A retry may have overcome a failure of all copies, so the entry written last counts.
        return own if own is not None and (own["file"], own["offset"]) > (whole["file"], whole["offset"]) else whole

    def state(self, unit: Unit) -> str:
        """ "done", "failed", "missing", or "stale: …" with the cause."""
        entry = self.entry(unit)
        if entry is None or entry["status"] not in (DONE.encode(), FAILED.encode()):
            return "missing"
        if entry["unit"] == unit_hash(unit.source.id, EVERY_COPY):
            return "failed"
        unit = self.complete(unit)
        now = self._fingerprint(unit)
        if entry["status"] == FAILED.encode():  # nothing is there that could be outdated: what has changed is tried again
            return "failed" if now.of_failure.matches(int(entry["pipeline"]), int(entry["source"])) else "missing"
        renamed = int(entry["pipeline"]) != now.pipeline
        if renamed and not self.was_called(unit, entry):
            return f"stale: {self.changed}"
        if int(entry["source"]) != now.source:
            return "stale: a source has changed"
        if renamed:
            return "missing"
        if unit.source.row >= 0:
            return "done"
        try:
            status = os.stat(os.path.join(self._root, unit.output))
        except OSError:
            return "missing"
        return "done" if status.st_size == int(entry["size"]) else "missing"

    def was_called(self, unit: Unit, entry: Any) -> str:
        """The name under which a finished unit was written, if only its name has changed; otherwise ""."""
        output: str = json.loads(self.index.line(entry).record).get("output", "")
        same = int(entry["pipeline"]) ^ name_hash(output) == self._fingerprint(unit).pipeline ^ name_hash(unit.output)
        return output if same and output != unit.output else ""

    def _fingerprint(self, unit: Unit) -> Fingerprint:
        fingerprint = self.complete(unit).fingerprint
        assert fingerprint is not None
        return fingerprint

    def tasks(self, redo: bool, retry: bool) -> Iterator[Task]:
        """What is to be made: missing units, stale ones with `redo`, failed ones with `retry`."""
        for source in self.plan.sources():
            units = tuple([unit for unit in map(self.complete, self.plan.units(source)) if self._is_left(unit, redo, retry)])
            if units:
                yield Task(self.plan.job.readable(source), units, self._fingerprints.whole(source))

    def _is_left(self, unit: Unit, redo: bool, retry: bool) -> bool:
        state = self.state(unit)
        return state == "missing" or (redo and state.startswith("stale")) or (retry and state == "failed")

    def count(self) -> Counter[str]:
        """How many planned units are in each state."""
        if len(self.index) == 0:
            return Counter(missing=self.plan.count_units())
        return Counter(self.state(unit) for source in self.plan.sources() for unit in self.plan.units(source))
