"""Where the rows and the cells of delimited text lie, found on its bytes without looking at one cell after another."""

from __future__ import annotations

from typing import NamedTuple

import numpy
from numpy.typing import NDArray

Places = NDArray[numpy.int64]

_FIRST = numpy.zeros(1, numpy.int64)
_QUOTE, _LINE_FEED, _RETURN = b'"\n\r'


class CellGrid(NamedTuple):
    """Rows from `starts` to `stops`, without their line ends, and what parts their cells.

    `marks` are the delimiters outside quotes; those of row i are from firsts[i] to firsts[i] + cells[i] − 1.
    """

    starts: Places
    stops: Places
    marks: Places
    firsts: Places
    cells: Places

    def column(self, number: int) -> tuple[Places, Places]:
        """Where the cells of this column start and stop; only valid for rows that have it."""
        if not len(self.marks):
            return self.starts, self.stops
        last = len(self.marks) - 1
        before = self.marks[numpy.clip(self.firsts + number - 1, 0, last)] + 1
        after = self.marks[numpy.clip(self.firsts + number, 0, last)]
        starts = self.starts if number == 0 else before
        return starts, numpy.where(self.cells > number + 1, after, self.stops)

    def samples(self, text: int) -> Places:
        """The rows that hold a sample, as those do that are not blank and have the column of the text."""
        return numpy.flatnonzero((self.stops > self.starts) & (self.cells > text))


def cell_grid(data: bytes, delimiter: str) -> CellGrid | None:
    """The rows and cells of text in an encoding that is read byte by byte; None where a quote stands in an unquoted cell."""
    body = numpy.frombuffer(data, numpy.uint8)
    quotes = numpy.flatnonzero(body == _QUOTE) if b'"' in data else None
    if quotes is not None and not _in_order(body, quotes, ord(delimiter)):
        return None
    starts, stops = line_places(body, quotes)
    marks = _outside(quotes, numpy.flatnonzero(body == ord(delimiter)))
    firsts = marks.searchsorted(starts)
    return CellGrid(starts, stops, marks, firsts, marks.searchsorted(stops) - firsts + 1)


def line_places(body: NDArray[numpy.uint8], quotes: Places | None = None) -> tuple[Places, Places]:
    """Where lines start and stop, without their ends; what stands between quotes ends no line."""
    is_return = body == _RETURN
    with_returns = bool(is_return.any())
    ends = _outside(quotes, numpy.flatnonzero(is_return | (body == _LINE_FEED) if with_returns else body == _LINE_FEED))
    starts = ends + 1
    if with_returns and len(ends):
        pairs = numpy.flatnonzero((numpy.diff(ends) == 1) & is_return[ends[:-1]] & ~is_return[ends[1:]])
        starts = numpy.delete(starts, pairs)
        ends = numpy.delete(ends, pairs + 1)
    starts = numpy.concatenate((_FIRST, starts))
    if starts[-1] == len(body):
        return starts[:-1], ends
    return starts, numpy.concatenate((ends, [len(body)]))


def _outside(quotes: Places | None, places: Places) -> Places:
    return places if quotes is None else places[quotes.searchsorted(places) % 2 == 0]


def _in_order(body: NDArray[numpy.uint8], quotes: Places, delimiter: int) -> bool:
    """Whether every quote opens a cell, closes one, or is doubled inside one."""
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    apart = opening[1:] != closing[:-1] + 1  # else they are a doubled quote
    first = opening[numpy.concatenate(([True], apart))]
    last = closing[numpy.concatenate((apart, [True]))]
    parting = numpy.zeros(256, numpy.bool_)
    parting[[delimiter, _LINE_FEED, _RETURN]] = True
    return bool(parting[body[first[first > 0] - 1]].all() and parting[body[last[last < len(body) - 1] + 1]].all())
