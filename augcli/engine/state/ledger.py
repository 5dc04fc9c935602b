"""Where plan, partners and state meet: says for every planned unit whether it is done. Nothing is drawn, no source opened.

Columns are compared as arrays. The rows of a document are looked at only where its file has changed, outputs are opened only
where the last run did not end cleanly.
"""

from __future__ import annotations

import os
from collections import Counter

import numpy
from numpy.typing import NDArray

from augcli.core.plan import EVERY_COPY, ORIGINAL, partners_word
from augcli.dataset.opened import is_as_recorded, names_inside
from augcli.engine.plan.partners import Partners
from augcli.engine.plan.planning import Plan
from augcli.engine.plan.spans import Span, UnitTable, unit_table
from augcli.engine.store.units import DONE, FAILED, Columns, StateIndex, Words, unit_words

from .fingerprints import Fingerprints

# What a planned unit may be. NO_UNIT: an ordinal that stands for nothing, where copies depend on the class of a row.
MISSING, MADE, FAILED_BEFORE, OTHER_STEPS, OTHER_SOURCE, NO_UNIT = range(6)
Flags = NDArray[numpy.bool_]
Numbers = NDArray[numpy.int64]


class Ledger:
    """`states` has one of the numbers above for each ordinal of the plan."""

    def __init__(self, plan: Plan, index: StateIndex, fingerprints: Fingerprints, partners: Partners) -> None:
        self.plan, self._index, self._fingerprints, self._partners = plan, index, fingerprints, partners
        self.states = numpy.zeros(plan.most_units, numpy.uint8)
        self.renamed: list[int] = []  # entries of outputs that will be made again under another name

    def judge(self, root: str, unsealed: int) -> None:
        """Compare every planned unit with the state. Outputs of entries from `unsealed` on are read and compared, too."""
        for span in self.plan.spans():
            first, stop = int(span.ordinals[0]), int(span.ordinals[-1])
            if first < stop:
                self.states[first:stop] = self._judge(span, root, unsealed)

    def _judge(self, span: Span, root: str, unsealed: int) -> NDArray[numpy.uint8]:
        table = unit_table(span)
        states = numpy.full(len(table.units), MISSING, numpy.uint8)
        states[self._no_units(span, table)] = NO_UNIT
        if not len(self._index):
            return states
        entries = self._index.find(table.units)
        there = entries >= 0
        if not there.any() and not self._index.failures:
            return states
        found = self._index.table[entries]
        done, failed = there & (found["status"] == DONE), there & (found["status"] == FAILED)
        signature = self._signatures(span, table)
        same_steps = found["signature"] == numpy.where(failed, signature ^ numpy.uint64(self._fingerprints.reading), signature)
        same_name = found["name"] == span.chunk.columns["name"][table.entry]
        same_source = self._same_sources(span, table, found, done | failed)
        same_source &= self._same_partners(span, table, found, (done | failed) & same_steps & same_name & same_source)
        states[done] = MADE
        states[done & ~same_name] = MISSING
        states[done & ~same_source] = OTHER_SOURCE
        states[done & ~same_steps] = OTHER_STEPS
        states[failed & same_steps & same_name & same_source] = FAILED_BEFORE
        states[self._failed_wholly(span, table, entries)] = FAILED_BEFORE
        self.renamed += entries[done & ~(same_name & same_steps)].tolist()
        files = (states == MADE) & (span.chunk.columns["samples"][table.entry] == 0)
        states[files & self._gone(span, table, entries, files, root, unsealed)] = MISSING
        return states

    def _signatures(self, span: Span, table: UnitTable) -> Words:
        copies, originals = self._fingerprints.signatures(span)
        return numpy.where(table.copy == ORIGINAL, originals[table.entry], copies[table.entry])

    def _no_units(self, span: Span, table: UnitTable) -> Flags:
        """Where copies depend on the class of a row: the ordinals beyond those that a row has."""
        absent = numpy.zeros(len(table.units), bool)
        if not self.plan.labels_matter:
            return absent
        for entry in numpy.flatnonzero(span.chunk.columns["samples"] * (span.samples > 0)).tolist():
            document = self.plan.document(span, entry)
            start = int(span.ordinals[entry] - span.ordinals[0])
            most, first = int(span.copies[entry]), int(span.start[entry])
            for number, row in enumerate(self.plan.rows(document)[: int(span.samples[entry])]):
                copies = self.plan.copies_of_row(document, row)
                at = start + number * most
                absent[at + max(0, copies.stop - first) : at + most] = True
        return absent

    def _same_sources(self, span: Span, table: UnitTable, found: Columns, among: Flags) -> Flags:
        """Whether files are as they were; in a document that has changed, whether the row is."""
        words = self._fingerprints.sources(self.plan, span)[table.entry]
        in_document = span.chunk.columns["samples"][table.entry] > 0
        same: Flags = numpy.where(in_document, found["others"] == words, found["source"] == words)
        for entry in numpy.unique(table.entry[among & in_document & ~same]).tolist():
            rows = self.plan.rows(self.plan.document(span, entry))
            here = slice(*(span.ordinals[entry : entry + 2] - span.ordinals[0]).tolist())
            hashes = numpy.array([row.hash for row in rows], numpy.uint64)
            numbers = numpy.minimum(table.sample[here], len(hashes) - 1)
            same[here] = (hashes[numbers] == found["source"][here]) if len(hashes) else False
        return same

    def _same_partners(self, span: Span, table: UnitTable, found: Columns, among: Flags) -> Flags:
        same = numpy.ones(len(table.units), bool)
        mixing = {name for name, compiled in self.plan.job.compiled.items() if compiled.partner_fields}
        if not mixing.intersection(group.modality for group in span.chunk.head.groups):
            return same
        last, source = -1, None
        for number in numpy.flatnonzero(among & (table.copy >= 0)).tolist():
            entry = int(table.entry[number])
            if entry != last:
                last, source = entry, self.plan.file(span, entry)
            assert source is not None
            partners = self._partners.of(source, int(table.copy[number]))
            same[number] = int(found["others"][number]) == (partners_word(partners) if partners else 0)
        return same

    def _failed_wholly(self, span: Span, table: UnitTable, entries: Numbers) -> Flags:
        """Units whose source failed as a whole: later than they were made, and nothing has changed since."""
        if not self._index.failures:
            return numpy.zeros(len(table.units), bool)
        wholes = self._index.find(unit_words(table.samples, EVERY_COPY))
        found = self._index.table[wholes]
        failed = (wholes > entries) & (found["status"] == FAILED) & self.covered(span, table, entries)
        failed &= found["signature"] == numpy.uint64(self._fingerprints.reading)
        wholly: Flags = failed & self._same_sources(span, table, found, failed)
        return wholly

    def covered(self, span: Span, table: UnitTable, entries: Numbers) -> Flags:
        """Which units a failure of their whole source stands for: not unchanged originals, but for those of broken rows."""
        in_document = span.chunk.columns["samples"][table.entry] > 0
        covered: Flags = (table.copy != ORIGINAL) | (in_document & (entries < 0))
        return covered

    def _gone(self, span: Span, table: UnitTable, entries: Numbers, files: Flags, root: str, unsealed: int) -> Flags:
        """Outputs that are no longer in their folder or, where the last run did not end cleanly, are not as recorded."""
        gone = numpy.zeros(len(entries), bool)
        places = numpy.flatnonzero(files)
        names = names_inside(root, self.plan.prefix_of(span.chunk))
        hashes = self._index.table["sha256"]
        for place, path in zip(places.tolist(), self._index.private(entries[places]), strict=True):
            if path.rpartition(b"/")[2] not in names:
                gone[place] = True
            elif entries[place] >= unsealed:
                may_be_link = bool(table.copy[place] == ORIGINAL)
                gone[place] = not is_as_recorded(root, os.fsdecode(path), hashes[entries[place]].tobytes(), may_be_link)
        return gone

    def count(self) -> Counter[int]:
        """How many planned units are in each state."""
        return Counter(dict(enumerate(numpy.bincount(self.states, minlength=NO_UNIT + 1).tolist())))

    def orphans(self) -> Numbers:
        """The entries of finished outputs that are not planned any more."""
        planned = [numpy.empty(0, numpy.uint64)]
        for span in self.plan.spans():
            first, stop = int(span.ordinals[0]), int(span.ordinals[-1])
            planned.append(unit_table(span).units[self.states[first:stop] != NO_UNIT])
        current = self._index.current()
        table = self._index.table[current]
        unplanned: Numbers = current[(table["status"] == DONE) & ~numpy.isin(table["unit"], numpy.concatenate(planned))]
        return unplanned

    def choose(self, redo: bool, retry: bool) -> Flags:
        """Which units are to be made: missing ones, outdated ones with `redo`, failed ones with `retry`."""
        wanted: Flags = self.states == MISSING
        if redo:
            wanted |= (self.states == OTHER_STEPS) | (self.states == OTHER_SOURCE)
        if retry:
            wanted |= self.states == FAILED_BEFORE
        return wanted
