"""What is done and what is left: compares fingerprints with the journals, draws and opens nothing."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import Any, NamedTuple

from augcli.core.plan import EVERY_COPY, ORIGINAL, Source, Unit, name_hash, signature, source_fingerprint, unit_hash
from augcli.engine.modality.table import MODALITIES
from augcli.engine.plan.planning import Plan
from augcli.engine.resources.opened import resources_of
from augcli.engine.state.journal import DONE, FAILED, NO_HASH, PLACE, Journal, JournalIndex


class Fingerprint(NamedTuple):
    """`pipeline` changes with the steps and output options, `source` with the files."""

    pipeline: int
    source: int


class Ledger:
    """Knows of every planned unit whether it is done, missing, or stale."""

    def __init__(self, plan: Plan, index: JournalIndex, output_root: str, backend: str, made_by: str = "") -> None:
        self.plan, self.index, self._root = plan, index, output_root
        other_backend = made_by not in ("", backend)
        self.changed = f"the backend was {made_by} and is {backend}" if other_backend else "the pipeline has changed"
        pipeline = plan.pipeline
        self._signatures = {
            name: int.from_bytes(
                signature(
                    pipeline.steps.get(name, ()), _options(plan, name), pipeline.seed,
                    backend if modality.batched else "", modality.kernel_version,
                ), "big",
            )
            for name, modality in MODALITIES.items()
        }  # fmt: skip
        self._limits = int.from_bytes(signature((), _reading(plan), 0, "", 0), "big")
        self._last: tuple[Source | None, int] = (None, 0)  # the copies of a source come one after the other

    def fingerprint(self, unit: Unit) -> Fingerprint:
        source = unit.source
        if unit.copy == ORIGINAL:
            how = name_hash(self.plan.pipeline.output.originals)
            return Fingerprint(how ^ name_hash(unit.output), source_fingerprint(source, ()))
        partners = self.plan.partners(source, unit.copy)
        if partners:
            own = source_fingerprint(source, partners)
        else:
            last, own = self._last
            if last is not source:
                own = source_fingerprint(source, ())
                self._last = source, own
        return Fingerprint(self._signatures[source.modality] ^ name_hash(unit.output), own)

    def whole(self, source: Source) -> Fingerprint:
        """That of a failure which is the end of all copies: it hangs on the source's bytes and the limits, not on the steps."""
        return Fingerprint(self._limits, source_fingerprint(source, ()))

    def failure(self, unit: Unit) -> Fingerprint:
        """That of a unit which failed: wider limits may let it through."""
        pipeline, source = self.fingerprint(unit)
        return Fingerprint(pipeline ^ self._limits, source)

    def entry(self, unit: Unit) -> Any | None:
        """The journal entry that counts for this unit, whether it is still right or not."""
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
            or self.whole(source) != (int(whole["pipeline"]), int(whole["source"]))
        ):
            return own
        # A retry may have got past what once was the end of all copies: what was written last counts.
        return own if own is not None and (own["file"], own["offset"]) > (whole["file"], whole["offset"]) else whole

    def state(self, unit: Unit) -> str:
        """ "done", "failed", "missing", or "stale: …" with the cause."""
        entry = self.entry(unit)
        if entry is None or entry["status"] not in (DONE.encode(), FAILED.encode()):
            return "missing"
        if entry["unit"] == unit_hash(unit.source.id, EVERY_COPY):
            return "failed"
        if entry["status"] == FAILED.encode():  # nothing is there that could be out of date: what has changed is tried again
            return "failed" if self.failure(unit) == (int(entry["pipeline"]), int(entry["source"])) else "missing"
        now = self.fingerprint(unit)
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
        """The name under which a finished unit was written, if nothing but its name has changed; else ""."""
        output: str = json.loads(self.index.line(entry).record).get("output", "")
        same = int(entry["pipeline"]) ^ name_hash(output) == self.fingerprint(unit).pipeline ^ name_hash(unit.output)
        return output if same and output != unit.output else ""

    def todo(self, source: Source, redo: bool, retry: bool) -> list[Unit]:
        """The units of a source that are to be made: missing ones, stale ones with `redo`, failed ones with `retry`."""
        if len(self.index) == 0:
            return self.plan.units(source)
        states = ((unit, self.state(unit)) for unit in self.plan.units(source))
        return [
            unit
            for unit, state in states
            if state == "missing" or (redo and state.startswith("stale")) or (retry and state == "failed")
        ]

    def count(self) -> Counter[str]:
        """How many planned units are in each state."""
        if len(self.index) == 0:
            return Counter(missing=self.plan.count_units()[1])
        return Counter(self.state(unit) for source in self.plan.sources() for unit in self.plan.units(source))


def _options(plan: Plan, modality: str) -> Any:
    """What decides an output besides the steps: how it is written, and what its ops look up."""
    options = MODALITIES[modality].output_options(plan.pipeline.output, plan.pipeline.input)
    looked_up = resources_of(plan.compiled[modality]).identities() if modality in plan.compiled else []
    return [options, looked_up] if looked_up else options


def _reading(plan: Plan) -> Any:
    """What decides whether a source can be read at all."""
    limits, encoding = plan.pipeline.limits.model_dump(exclude={"max_work_seconds"}), plan.pipeline.input.text.encoding
    return limits if encoding == "auto" else [limits, encoding]


class Recorder:
    """Writes what became of units into the journal, each with its fingerprint."""

    def __init__(self, journal: Journal, ledger: Ledger) -> None:
        self._journal, self._ledger = journal, ledger

    def done(self, unit: Unit, size: int, sha256: str, record: dict[str, Any], private: dict[str, Any]) -> None:
        pipeline, source = self._ledger.fingerprint(unit)
        self._journal.append(unit_hash(unit.source.id, unit.copy), pipeline, source, DONE, size, sha256, record, private)

    def failed(
        self, source: Source, copy: int, output: str, record: dict[str, Any], private: dict[str, Any], of_place: bool
    ) -> None:
        fingerprint = self._ledger.whole(source) if copy == EVERY_COPY else self._ledger.failure(Unit(source, copy, output))
        self._journal.append(unit_hash(source.id, copy), *fingerprint, PLACE if of_place else FAILED, 0, NO_HASH, record, private)
