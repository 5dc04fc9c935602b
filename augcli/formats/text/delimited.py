"""Delimited text (CSV, TSV) with every cell's own bytes kept, so that what is not changed is written back as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from augcli.core.values.outcome import SampleError


class Dialect(NamedTuple):
    """Which character parts cells, and which ends rows."""

    delimiter: str
    newline: str


class TableRow(NamedTuple):
    """One row as written: `raw` cells (quotes and all), and what ended it ("" at the end of the file)."""

    raw: tuple[str, ...]
    ending: str

    def values(self) -> list[str]:
        return [unquote(cell) for cell in self.raw]


@cache
def _cell(delimiter: str) -> re.Pattern[str]:
    # A quoted cell (quotes doubled inside), or anything up to the next delimiter or line end.
    return re.compile(
        rf'("(?:[^"]|"")*"|[^{re.escape(delimiter)}\r\n"][^{re.escape(delimiter)}\r\n]*|)({re.escape(delimiter)}|\r\n|\n|\r|\Z)'
    )


def guess_dialect(text: str, kind: str) -> Dialect:
    """Tabs for .tsv; else whichever of comma, semicolon, tab and bar parts the first line most often."""
    first = re.match(r'(?:[^"\r\n]|"(?:[^"]|"")*")*', text)
    header = re.sub(r'"(?:[^"]|"")*"', "", first.group() if first else "")
    counts = {mark: header.count(mark) for mark in (",", ";", "\t", "|")}
    best = max(counts, key=counts.__getitem__)
    ending = re.search(r"\r\n|\n|\r", text)
    return Dialect("\t" if kind == "tsv" or (not counts[best] and kind != "csv") else best, ending.group() if ending else "\n")


def rows(text: str, dialect: Dialect) -> Iterator[TableRow]:
    """Every row, blank lines included; raises SampleError `table.quotes` naming the line where quoting breaks."""
    pattern = _cell(dialect.delimiter)
    position, line, end = 0, 1, len(text)
    while position < end:
        cells: list[str] = []
        while True:
            match = pattern.match(text, position)
            if match is None:
                raise SampleError("table.quotes", f"line {line}: an unclosed quote, or a quote inside an unquoted cell")
            cell, ending = match.groups()
            cells.append(cell)
            position = match.end()
            if ending != dialect.delimiter:
                break
        yield TableRow(tuple(cells), ending)
        line += sum(cell.count("\n") for cell in cells) + 1


def unquote(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell[:1] == '"' else cell


def quote_like(value: str, before: str, delimiter: str) -> str:
    """A new value, in quotes where the cell before had them or where it needs them."""
    if before[:1] == '"' or any(mark in value for mark in (delimiter, '"', "\n", "\r")):
        doubled = value.replace('"', '""')
        return f'"{doubled}"'
    return value
