"""The units of a chunk as arrays, one value for each: which entry, which sample of it, which copy."""

from __future__ import annotations

from typing import NamedTuple

import numpy
from numpy.typing import NDArray

from augcli.engine.store.units import Words, mixed, unit_words

from .chunk import PlanChunk

Numbers = NDArray[numpy.int64]


class Span(NamedTuple):
    """A chunk with what is planned of it: an array each, by entry."""

    number: int
    chunk: PlanChunk
    start: Numbers  # the first copy of each sample
    copies: Numbers  # how many
    samples: Numbers  # of a block, those that take part; 1 for a file
    ordinals: Numbers  # of each entry's first unit; and, last, of what comes after them


class UnitTable(NamedTuple):
    """The units of neighbouring entries, an array each: entry, sample in its entry, copy, and their words."""

    entry: Numbers
    sample: Numbers
    copy: Numbers
    samples: Words  # of the source, or of the row
    units: Words


def unit_table(span: Span, first: int = 0, stop: int | None = None) -> UnitTable:
    """All units of these entries of a chunk, by ordinal."""
    counts = numpy.diff(span.ordinals)[first:stop]
    entry = numpy.repeat(numpy.arange(first, first + len(counts)), counts)
    within = numpy.arange(len(entry)) - (numpy.cumsum(counts) - counts)[entry - first]
    sample, copy = numpy.divmod(within, span.copies[entry]) if len(entry) else (within, within)
    columns = span.chunk.columns
    copy = copy + span.start[entry]
    words = columns["id"][entry]
    in_document = columns["samples"][entry] > 0
    number = columns["first_sample"][entry] + sample.astype(numpy.uint64)
    words = numpy.where(in_document, mixed(words + mixed(number + numpy.uint64(1))), words)
    return UnitTable(entry, sample, copy, words, unit_words(words, copy))
