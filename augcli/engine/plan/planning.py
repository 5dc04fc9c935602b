"""A plan: the job, the inventory of its inputs, and the chunks of its entries. `discovery` makes it; nothing changes it.

Every planned unit has an ordinal, counted through the plan; the copies of a sample follow each other. So a range of
ordinals says what is to be done, and arrays over ordinals say what is done.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from hashlib import sha256
from itertools import accumulate
from typing import Any

import numpy
from numpy.typing import NDArray

from augcli.core.plan import Source, Unit
from augcli.core.values.outcome import Mismatch
from augcli.dataset.layouts.blocks.outline import BlockRow
from augcli.dataset.layouts.blocks.reading import row_source, rows_of
from augcli.dataset.write import json_line
from augcli.engine.store.frames import Body, StateFrame
from augcli.engine.store.state_file import StateFile
from augcli.engine.store.units import mixed, record_of

from .chunk import CHUNK, DIGEST_BYTES, MOST_ENTRIES, PlanChunk, PlannedDocument, SampleGroup, are_texts, digest_of, of_inputs
from .inventory import Inventory
from .job import Job
from .spans import Numbers, Span

PLAN = "I"  # the frame that lists the chunks of a plan
_OPEN = 4  # chunks that are kept read


class Plan:
    """What a run would make from what was found."""

    def __init__(self, job: Job, inventory: Inventory, state: StateFile, frames: Sequence[StateFrame], digest: str) -> None:
        self.job, self.inventory, self.digest = job, inventory, digest
        self._state, self._frames = state, list(frames)
        self._chunk, self.span = lru_cache(_OPEN)(self._read_chunk), lru_cache(_OPEN)(self._read_span)
        self.labels_matter = bool(job.pipeline.copies.keys() - {"*"})

    def _read_chunk(self, number: int) -> PlanChunk:
        return PlanChunk(self._state.body(self._frames[number]))

    # Which units there are

    @cached_property
    def _counts(self) -> list[tuple[Numbers, Numbers, Numbers]]:
        """For each chunk: first copies, copies, and samples that take part, by entry."""
        left, counts = self.job.limit, []
        for number in range(len(self._frames)):
            chunk = self._chunk(number)
            columns = chunk.columns
            ranges = [self._copies(chunk, group) for group in chunk.head.groups]
            start = numpy.array([one.start for one in ranges], numpy.int64)[columns["group"]] if len(columns) else _NONE
            copies = numpy.array([len(one) for one in ranges], numpy.int64)[columns["group"]] if len(columns) else _NONE
            samples = numpy.maximum(columns["samples"].astype(numpy.int64), 1)
            samples[(copies == 0) | ~self._in_shard(columns)] = 0
            if left is not None:
                before = numpy.cumsum(samples) - samples
                samples = numpy.clip(left - before, 0, samples)
                left -= int(samples.sum())
            counts.append((start, copies, samples))
        return counts

    def _copies(self, chunk: PlanChunk, group: SampleGroup) -> range:
        """The most copies that a sample of this group may have."""
        label = self.folder_label(chunk, group)
        if self.labels_matter and group.rows and label is None:
            most = self.job.pipeline.most_copies
            one = self.job.copies(group.modality, group.split, None, not group.troubled)
            augmented = self.job.pipeline.steps.get(group.modality) and self.job.augments(group.split)
            return range(one.start, most if augmented else 0)
        return self.job.copies(group.modality, group.split, label, not group.troubled)

    def folder_label(self, chunk: PlanChunk, group: SampleGroup) -> str | None:
        """The class of all samples of a group that take it from their folder."""
        named = group.in_folder and group.modality in self.inventory.class_folders
        return (self._folder(chunk) or None) if named else None

    def _folder(self, chunk: PlanChunk) -> str:
        return self.prefix_of(chunk).rstrip("/").rpartition("/")[2]

    def prefix_of(self, chunk: PlanChunk) -> str:
        return self.inventory.prefixes[chunk.head.root] + chunk.head.folder

    def _in_shard(self, columns: NDArray[Any]) -> NDArray[numpy.bool_]:
        number, of = self.job.shard
        words = mixed(columns["id"] + columns["first_sample"])
        mine: NDArray[numpy.bool_] = words % numpy.uint64(of) == numpy.uint64(number)
        return mine

    @cached_property
    def _ends(self) -> list[int]:
        """The ordinal after the last one of each chunk."""
        return list(accumulate(int((copies * samples).sum()) for _, copies, samples in self._counts))

    def spans(self, first: int = 0, stop: int | None = None) -> Iterator[Span]:
        """The chunks that these ordinals reach into."""
        number = bisect_right(self._ends, first)
        while number < len(self._frames):
            if stop is not None and number and self._ends[number - 1] >= stop:
                return
            yield self.span(number)
            number += 1

    def _read_span(self, number: int) -> Span:
        start, copies, samples = self._counts[number]
        ordinals = (self._ends[number - 1] if number else 0) + numpy.concatenate(([0], numpy.cumsum(copies * samples)))
        return Span(number, self._chunk(number), start, copies, samples, ordinals)

    @property
    def most_units(self) -> int:
        """How many ordinals there are. Where copies depend on the class of a row, some stand for no unit."""
        return self._ends[-1] if self._ends else 0

    # What they are made of

    def file(self, span: Span, entry: int) -> Source:
        return self._labelled(span.chunk, entry)

    def document(self, span: Span, entry: int) -> PlannedDocument:
        return self._labelled_document(span.chunk, entry)

    def rows(self, document: PlannedDocument) -> list[BlockRow]:
        """The rows of the block that this document is limited to, as they are in the file now; raises SampleError."""
        (block,) = document.outline.blocks
        return rows_of(document.source.kind, self.job.absolute(document.source), document.outline, block)

    def copies_of_row(self, document: PlannedDocument, row: BlockRow) -> range:
        label = document.source.label if row.label is None else row.label
        # A row without a text is one of its document all the same. A broken line fails, its original as well.
        return self.job.copies(document.source.modality, document.source.split, label, True)

    def samples(self, span: Span, entry: int) -> Iterator[tuple[Source, range]]:
        """The samples of an entry that take part, each with its copies."""
        taking_part = int(span.samples[entry])
        if not taking_part:
            return
        start = int(span.start[entry])
        if not span.chunk.columns["samples"][entry]:
            yield self.file(span, entry), range(start, start + int(span.copies[entry]))
            return
        document = self.document(span, entry)
        for row in self.rows(document)[:taking_part]:
            copies = self.copies_of_row(document, row)
            if copies:
                yield row_source(document.source, row), copies

    def all_sources(self) -> Iterator[Source]:
        """Every sample that was found, whether or not outputs are made of it."""
        for number in range(len(self._frames)):
            chunk = self._chunk(number)
            for entry in range(len(chunk)):
                if chunk.columns["samples"][entry]:
                    document = self._labelled_document(chunk, entry)
                    yield from (row_source(document.source, row) for row in self.rows(document))
                else:
                    yield self._labelled(chunk, entry)

    def sources(self) -> Iterator[Source]:
        """The samples of this job that outputs are made of: those of its shard, up to its limit."""
        return (source for source, _ in self.with_copies())

    def with_copies(self) -> Iterator[tuple[Source, range]]:
        """The same, each with its copies."""
        for span in self.spans():
            for entry in range(len(span.chunk)):
                yield from self.samples(span, entry)

    def units(self, source: Source) -> list[Unit]:
        """The outputs planned for a sample, whatever the shard and the limit."""
        readable = source.trouble is None or source.row >= 0
        copies = self.job.copies(source.modality, source.split, source.label, readable)
        return [Unit(source, copy, self.job.output_name(source, copy)) for copy in copies]

    def files(self) -> Iterator[tuple[Source, range]]:
        """Those of the samples that are files of their own."""
        for span in self.spans():
            for entry in numpy.flatnonzero(span.chunk.columns["samples"] == 0).tolist():
                yield from self.samples(span, entry)

    def document_paths(self) -> Iterator[str]:
        """The documents that outputs of this job are rows of."""
        last = -1
        for span in self.spans():
            for entry in numpy.flatnonzero((span.chunk.columns["samples"] > 0) & (span.samples > 0)).tolist():
                if int(span.chunk.columns["id"][entry]) != last:
                    last = int(span.chunk.columns["id"][entry])
                    yield self.document(span, entry).source.stem

    def groups(self) -> Iterator[tuple[SampleGroup, str, str | None, int, range]]:
        """Like samples of each chunk: what they share, folder, class, number, copies; whatever the shard and the limit."""
        for number in range(len(self._frames)):
            chunk = self._chunk(number)
            columns, groups = chunk.columns, chunk.head.groups
            counts = numpy.bincount(columns["group"], numpy.maximum(columns["samples"], 1), len(groups)).astype(int)
            for group, count in zip(groups, counts.tolist(), strict=True):
                yield group, self._folder(chunk), self.folder_label(chunk, group), count, self._copies(chunk, group)

    def without_copies(self) -> Counter[tuple[str, str, str | None]]:
        """How many samples no copy is made of, by modality, split and class; whatever the shard and the limit."""
        found: Counter[tuple[str, str, str | None]] = Counter()
        for group, _, label, samples, copies in self.groups():
            if copies.stop <= 0:
                found[group.modality, group.split, label] += samples
        return found

    def left_out(self) -> Counter[str]:
        """Files that are no samples, and samples that no copy is made of, by reason."""
        pipeline = self.job.pipeline
        copies = "" if pipeline.output.originals == "none" else ", no copies"  # the originals are there
        reasons = Counter(self.inventory.left_out)
        for (modality, split, label), count in self.without_copies().items():
            if not pipeline.steps.get(modality):
                reasons[f"no steps for {modality}{copies}"] += count
            elif not self.job.augments(split):
                reasons[f"split {split}{copies}"] += count
            else:
                reasons[f"copies is 0 for class {label}" if label in pipeline.copies else "copies is 0"] += count
        return reasons

    def unknown_classes(self) -> list[str]:
        """Classes that `copies` lists and no sample has."""
        asked = set(self.job.pipeline.copies) - {"*"}
        asked -= {label for _, _, label, _, _ in self.groups()} if asked else set()
        for span in self.spans() if asked else ():
            for entry in numpy.flatnonzero(span.chunk.columns["samples"] > 0).tolist():
                asked -= {row.label for row in self.rows(self.document(span, entry))} if asked else set()
        return sorted(asked)

    # Partners are files; text steps that mix in others are not built in.

    def __iter__(self) -> Iterator[tuple[int, Source]]:
        """Every file that is a sample, with the number that `at` knows it by."""
        for number in range(len(self._frames)):
            chunk = self._chunk(number)
            for entry in numpy.flatnonzero(chunk.columns["samples"] == 0).tolist():
                yield number * MOST_ENTRIES + entry, self._labelled(chunk, entry)

    def at(self, number: int) -> Source:
        return self._labelled(self._chunk(number // MOST_ENTRIES), number % MOST_ENTRIES)

    def _labelled(self, chunk: PlanChunk, entry: int) -> Source:
        label = self.folder_label(chunk, chunk.group(entry))
        return of_inputs(chunk.file(entry), len(self.job.roots))._replace(label=label)

    def _labelled_document(self, chunk: PlanChunk, entry: int) -> PlannedDocument:
        document = chunk.document(entry)
        source = of_inputs(document.source, len(self.job.roots))
        return document._replace(source=source._replace(label=self.folder_label(chunk, chunk.group(entry))))

    # The state remembers it

    def bodies(self) -> Iterator[Body]:
        """All frames that this plan consists of."""
        yield from (self._state.body(frame) for frame in self._frames)
        yield self._kept()

    def keep(self) -> None:
        """Write down which chunks this plan has, unless the state says so already."""
        last = next((frame for frame in reversed(self._state.frames) if frame.kind == PLAN), None)
        body = self._kept()
        if last is None or self._state.body(last) != body:
            self._state.append(body)

    def _kept(self) -> Body:
        digests = b"".join(digest_of(self._state.body(frame)) for frame in self._frames)
        about = {"class_folders": sorted(self.inventory.class_folders), "prefixes": self.inventory.prefixes}
        return Body(PLAN, digests, b"", json_line(about).encode())


def kept_plan(job: Job, state: StateFile, digest: str, root: str) -> Plan:
    """The plan that a state keeps, for a job with the same inputs; raises Mismatch if it has another digest or is not whole."""
    kept = [body for _, body in state.bodies(PLAN)]
    frames = {digest_of(body): frame for frame, body in state.bodies(CHUNK)}
    digests = [kept[-1].columns[at : at + DIGEST_BYTES] for at in range(0, len(kept[-1].columns), DIGEST_BYTES)] if kept else []
    about = record_of(kept[-1].private) if kept else {}
    folders, prefixes = [about.get(name, [None]) for name in ("class_folders", "prefixes")]
    if not set(digests) <= frames.keys() or not are_texts(folders, prefixes) or plan_digest(digests, folders, prefixes) != digest:
        raise Mismatch(f"{root}: its plan is damaged or not that of run.json; run its shard again to mend it")
    inventory = Inventory(class_folders=frozenset(folders), prefixes=prefixes)
    return Plan(job, inventory, state, [frames[one] for one in digests], digest)


def plan_digest(chunks: Iterable[bytes], class_folders: Iterable[str], prefixes: Sequence[str]) -> str:
    """What tells plans apart: the digests of their chunks, and what was concluded from all of them."""
    digest = sha256()
    for chunk in chunks:
        digest.update(chunk)
    digest.update(json_line([sorted(class_folders), list(prefixes)]).encode())
    return digest.hexdigest()


_NONE = numpy.empty(0, numpy.int64)
