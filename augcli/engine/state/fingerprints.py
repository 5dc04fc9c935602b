"""What outputs depend on, in a few bytes: steps, options, names, files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from augcli.core.plan import ORIGINAL, Fingerprint, Source, Unit, name_hash, signature, source_fingerprint
from augcli.engine.modality.table import MODALITIES
from augcli.engine.plan.job import Job
from augcli.engine.resources.opened import resources_of


class Fingerprints:
    """Computes the fingerprints of one job's units on one backend."""

    def __init__(self, job: Job, backend: str) -> None:
        pipeline = job.pipeline
        self._originals = name_hash(pipeline.output.originals)
        self._signatures = {
            name: int.from_bytes(
                signature(
                    pipeline.steps.get(name, ()), _options(job, name), pipeline.seed,
                    backend if modality.batched else "", modality.kernel_version,
                ), "big",
            )
            for name, modality in MODALITIES.items()
        }  # fmt: skip
        self._reading = int.from_bytes(signature((), _reading(job), 0, "", 0), "big")
        self._last: tuple[Source | None, int] = (None, 0)  # the copies of a source come one after another

    def of(self, unit: Unit, partners: Sequence[Source | None]) -> Fingerprint:
        how = self._originals if unit.copy == ORIGINAL else self._signatures[unit.source.modality]
        files = source_fingerprint(unit.source, partners) if partners else self._alone(unit.source)
        return Fingerprint(how ^ name_hash(unit.output), files, self._reading)

    def whole(self, source: Source) -> Fingerprint:
        """Of a failure that is the end of all copies: it depends on the source's bytes and the limits, not on the steps."""
        return Fingerprint(self._reading, self._alone(source))

    def _alone(self, source: Source) -> int:
        last, files = self._last
        if last is not source:
            files = source_fingerprint(source, ())
            self._last = source, files
        return files


def _options(job: Job, modality: str) -> Any:
    """What decides an output besides the steps: how it is written, and the resources that its ops use."""
    options = MODALITIES[modality].output_options(job.pipeline.output, job.pipeline.input)
    looked_up = resources_of(job.compiled[modality]).identities() if modality in job.compiled else []
    return [options, looked_up] if looked_up else options


def _reading(job: Job) -> Any:
    """What decides whether a source can be read at all."""
    limits, encoding = job.pipeline.limits.model_dump(exclude={"max_work_seconds"}), job.pipeline.input.text.encoding
    return limits if encoding == "auto" else [limits, encoding]
