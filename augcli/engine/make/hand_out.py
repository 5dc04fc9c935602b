"""Hands out work: ranges of ordinals to workers and, in a worker, the tasks that a range stands for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy
from numpy.typing import NDArray

from augcli.core.plan import EVERY_COPY, Fingerprint, Source, Task, Unit, partners_word
from augcli.dataset.layouts.blocks.outline import BlockRow
from augcli.engine.plan.chunk import PlannedDocument
from augcli.engine.plan.job import Job
from augcli.engine.plan.partners import Partners
from augcli.engine.plan.planning import Plan
from augcli.engine.plan.spans import unit_table
from augcli.engine.state.fingerprints import Fingerprints
from augcli.engine.store.units import unit_words

_MOST_COPIES = 64  # of one file in a range: more are split, so that progress shows and all workers get some


class Range(NamedTuple):
    """Ordinals: from the first one to before `stop`. `units` of them are to be made."""

    first: int
    stop: int
    units: int

    def halves(self) -> list[Range]:
        """The range split in two; nothing if it is a single ordinal."""
        middle = (self.first + self.stop) // 2
        return [self._replace(stop=middle), self._replace(first=middle)] if middle > self.first else []


class HandOut:
    """Which units of a plan are to be made. It is shared by fork, so a worker needs no more than a range."""

    def __init__(self, plan: Plan, wanted: NDArray[numpy.bool_], fingerprints: Fingerprints, partners: Partners) -> None:
        self.plan, self._wanted, self._fingerprints, self._partners = plan, wanted, fingerprints, partners
        self._sources = lru_cache(4)(lambda number: fingerprints.sources(plan, plan.span(number)))
        self._sums = lru_cache(4)(self._sum)
        self._at = 0
        if wanted.any() and any(compiled.partner_fields for compiled in plan.job.compiled.values()):
            partners.build()  # before workers are forked, which then share it

    def _sum(self, number: int) -> NDArray[numpy.int64]:
        ordinals = self.plan.span(number).ordinals
        return numpy.concatenate(([0], numpy.cumsum(self._wanted[ordinals[0] : ordinals[-1]])))

    def next(self, most: int) -> Range | None:
        """The next range, with about this many units: whole entries, but for those that have very many."""
        for span in self.plan.spans(self._at):
            ordinals, wanted = span.ordinals, self._sums(span.number)
            base = int(ordinals[0])
            before = int(wanted[self._at - base])
            if wanted[-1] == before:
                self._at = int(ordinals[-1])
                continue
            first = base + int(wanted.searchsorted(before + 1)) - 1
            # The end of the entry in which the last unit lies.
            last = base + int(wanted.searchsorted(min(before + most, int(wanted[-1]))))
            stop = int(ordinals[ordinals.searchsorted(last)])
            if int(wanted[stop - base]) - before > max(most, _MOST_COPIES):
                stop = base + int(wanted.searchsorted(min(before + max(most, _MOST_COPIES), int(wanted[-1]))))
            self._at = stop
            return Range(first, stop, int(wanted[stop - base]) - before)
        return None

    def tasks(self, first: int, stop: int) -> Iterator[Task | RowTask]:
        """What is to be made in this range."""
        for span in self.plan.spans(first, stop):
            ordinals = span.ordinals
            entry = max(0, int(ordinals.searchsorted(first, "right")) - 1)
            last = int(ordinals.searchsorted(min(stop, int(ordinals[-1]))))
            table = unit_table(span, entry, last)
            begin = int(ordinals[entry])
            wanted = self._wanted[begin : int(ordinals[last])].copy()
            wanted[: max(0, first - begin)] = False
            wanted[stop - begin :] = False
            places = numpy.flatnonzero(wanted)
            wholes = unit_words(table.samples, EVERY_COPY)
            for part in _runs(places, table.entry[places]):
                own = int(table.entry[part[0]])
                given = GivenUnits(
                    int(self._sources(span.number)[own]), int(span.chunk.columns["name"][own]), table.copy[part].tolist(),
                    table.units[part].tolist(), table.sample[part].tolist(), wholes[part].tolist(),
                )  # fmt: skip
                if span.chunk.columns["samples"][own]:
                    yield RowTask(self.plan.document(span, own), self.plan.job, self._fingerprints, given)
                else:
                    yield self._task(self.plan.file(span, own), given)

    def _task(self, source: Source, given: GivenUnits) -> Task:
        job, signature, units = self.plan.job, self._fingerprints.signature, []
        for copy, word in zip(given.copies, given.units, strict=True):
            chosen = self._partners.of(source, copy)
            partners = tuple([job.readable(partner) if partner else None for partner in chosen])
            others = partners_word(chosen) if chosen else 0
            fingerprint = Fingerprint(signature(source.modality, copy), given.name, given.source, others)
            units.append(Unit(source, copy, job.output_name(source, copy), partners, fingerprint, word))
        whole = Fingerprint(self._fingerprints.reading, 0, given.source, 0)
        return Task(job.readable(source), tuple(units), whole, given.wholes[0])


class GivenUnits(NamedTuple):
    """What is known of the wanted units of one entry before it is looked at."""

    source: int
    name: int
    copies: list[int]
    units: list[int]
    samples: list[int]
    wholes: list[int]


class RowTask:
    """Rows of one block of a document, and the copies to be made of each."""

    def __init__(self, document: PlannedDocument, job: Job, fingerprints: Fingerprints, given: GivenUnits) -> None:
        self.document, self.place = document.source, job.absolute(document.source)
        self.outline, (self.block,) = document.outline, document.outline.blocks
        self._fingerprints, self._given = fingerprints, given
        self._copies: dict[int, list[int]] = {}
        self._words: dict[tuple[int, int], int] = {}
        for sample, copy, word, whole in zip(given.samples, given.copies, given.units, given.wholes, strict=True):
            self._copies.setdefault(sample, []).append(copy)
            self._words[sample, copy] = word
            self._words[sample, EVERY_COPY] = whole

    @property
    def units(self) -> int:
        return len(self._given.units)

    def wanted(self, position: int, row: BlockRow) -> Sequence[int]:
        return self._copies.get(position, ())

    def word(self, position: int, copy: int) -> int:
        return self._words[position, copy]

    def fingerprint(self, copy: int, row_hash: int, failed: bool) -> Fingerprint:
        given, reading = self._given, self._fingerprints.reading
        if copy == EVERY_COPY:
            return Fingerprint(reading, 0, row_hash, given.source)
        signature = self._fingerprints.signature(self.document.modality, copy)
        fingerprint = Fingerprint(signature, given.name, row_hash, given.source)
        return fingerprint.failed(reading) if failed else fingerprint


def _runs(places: NDArray[numpy.int64], keys: NDArray[numpy.int64]) -> list[NDArray[numpy.int64]]:
    """The places in parts with equal keys."""
    if not len(places):
        return []
    return numpy.split(places, numpy.flatnonzero(numpy.diff(keys)) + 1)
