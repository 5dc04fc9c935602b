"""What outputs depend on, in a few bytes: steps, options, names, files."""

from __future__ import annotations

from typing import Any

import numpy

from augcli.core.plan import ORIGINAL, signature, word
from augcli.engine.modality.table import MODALITIES
from augcli.engine.plan.job import Job
from augcli.engine.plan.planning import Plan
from augcli.engine.plan.spans import Span
from augcli.engine.resources.opened import resources_of
from augcli.engine.store.units import Words, mixed


class Fingerprints:
    """Computes the fingerprints of one job's units on one backend."""

    def __init__(self, job: Job, backend: str) -> None:
        pipeline = job.pipeline
        self._originals = word(pipeline.output.originals)
        self._signatures = {
            name: signature(
                pipeline.steps.get(name, ()), _options(job, name), pipeline.seed, backend if modality.batched else "",
                modality.kernel_version,
            )
            for name, modality in MODALITIES.items()
        }  # fmt: skip
        self.reading = signature((), _reading(job), 0, "", 0)

    def signature(self, modality: str, copy: int) -> int:
        return self._originals if copy == ORIGINAL else self._signatures[modality]

    def signatures(self, span: Span) -> tuple[Words, Words]:
        """By entry: the signature of its copies, and that of its unchanged original."""
        by_group = numpy.array([self._signatures[group.modality] for group in span.chunk.head.groups], numpy.uint64)
        columns = span.chunk.columns["group"]
        copies = by_group[columns] if len(columns) else numpy.empty(0, numpy.uint64)
        return copies, numpy.full(len(columns), self._originals, numpy.uint64)

    def sources(self, plan: Plan, span: Span) -> Words:
        """By entry: a word that changes if its file changes, or its class."""
        labels = [word(plan.folder_label(span.chunk, group) or "") for group in span.chunk.head.groups]
        columns = span.chunk.columns
        label = numpy.array(labels, numpy.uint64)[columns["group"]] if len(columns) else numpy.empty(0, numpy.uint64)
        size, time = columns["size"].astype(numpy.uint64), columns["mtime_ns"].astype(numpy.uint64)
        return mixed(mixed(mixed(size) + time) + label + columns["shared"])

    def job_digest(self, job: Job) -> str:
        """Of all that decides which units there are and what becomes of them, besides what was found."""
        pipeline = job.pipeline
        parts = [
            *(self._signatures[name] for name in sorted(self._signatures)), self._originals, self.reading,
            sorted(pipeline.copies.items()), pipeline.input.model_dump(), pipeline.output.model_dump(), job.shard, job.limit,
            job.roots, sorted(pipeline.steps),
        ]  # fmt: skip
        return f"{word(repr(parts)):016x}"


def _options(job: Job, modality: str) -> Any:
    """What decides an output besides the steps: how it is written, and the resources that its ops use."""
    options = MODALITIES[modality].output_options(job.pipeline.output, job.pipeline.input)
    looked_up = resources_of(job.compiled[modality]).identities() if modality in job.compiled else []
    return [options, looked_up] if looked_up else options


def _reading(job: Job) -> Any:
    """What decides whether a source can be read at all."""
    limits, encoding = job.pipeline.limits.model_dump(exclude={"max_work_seconds"}), job.pipeline.input.text.encoding
    return limits if encoding == "auto" else [limits, encoding]
