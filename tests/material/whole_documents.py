"""Documents read as a whole, without any of the ways by which reading in blocks is fast: what that must agree with."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from augcli.core.pipeline.settings import Input, Limits, Table
from augcli.dataset.layouts.json_lines import JsonObject, Keys, keys_of, members, parsed_line, text_of
from augcli.dataset.layouts.passages import LAST_BREAK, parted_passages
from augcli.dataset.layouts.rows import unique
from augcli.dataset.layouts.table import Columns, columns_of
from augcli.formats.text import codec as text_format
from augcli.formats.text.delimited import Dialect, TableRow, guess_dialect, quote_like, rows


class Sample(NamedTuple):
    """A part of a document that is a sample. `name` is unique in the document; `trouble` is a failure already known."""

    row: int
    name: str
    content: str
    label: str | None = None
    trouble: tuple[str, str] | None = None


class Document(ABC):
    """A parsed file, with everything needed to write it back byte for byte."""

    encoding: text_format.TextHeader
    head: str  # everything before the first row
    newline: str

    @abstractmethod
    def samples(self) -> Iterator[Sample]: ...

    @abstractmethod
    def content(self, row: int) -> str:
        """The text of a row; raises IndexError if there is no such row."""

    @abstractmethod
    def patched(self, row: int, content: str, copy: int) -> str:
        """The row with its text replaced and, if it has an id, the copy's mark added to it."""

    @abstractmethod
    def unchanged(self, row: int) -> str:
        """The row as it is."""

    def notes(self, row: int) -> dict[str, str]:
        """What the records of this row's copies should say about it."""
        return {}

    def joined(self, fragments: Iterable[str]) -> Iterator[str]:
        return (fragment + self.newline for fragment in fragments)


@dataclass(frozen=True)
class Sheet(Document):
    """A parsed table."""

    header: TableRow
    body: tuple[TableRow, ...]
    dialect: Dialect
    columns: Columns
    encoding: text_format.TextHeader
    names: tuple[str, ...]  # unique row names; "" for rows that hold no sample
    head: str
    newline: str

    def samples(self) -> Iterator[Sample]:
        columns = self.columns
        for number, row in enumerate(self.body):
            if not self.names[number]:
                continue  # a blank or short line holds no sample
            values = row.values()
            label = values[columns.label] if 0 <= columns.label < len(values) else None
            trouble = None if values[columns.text] else ("text.empty", "the cell is empty")
            yield Sample(number, self.names[number], values[columns.text], label, trouble)

    def content(self, row: int) -> str:
        return self.body[row].values()[self.columns.text]

    def patched(self, row: int, content: str, copy: int) -> str:
        """Replace the text; an id column gets the row's name plus the copy's mark, so that ids stay unique."""
        cells = list(self.body[row].raw)
        delimiter, columns = self.dialect.delimiter, self.columns
        cells[columns.text] = quote_like(content, cells[columns.text], delimiter)
        if 0 <= columns.id < len(cells):
            cells[columns.id] = quote_like(f"{self.names[row]}__aug{copy}", cells[columns.id], delimiter)
        return delimiter.join(cells)

    def unchanged(self, row: int) -> str:
        return self.dialect.delimiter.join(self.body[row].raw)

    def notes(self, row: int) -> dict[str, str]:
        cells, expected = len(self.body[row].raw), len(self.header.raw)
        return {} if cells == expected else {"columns": f"the row has {cells} cells, the header {expected}"}


def table_of(data: bytes, kind: str, settings: Table, limits: Limits, encoding: str = "auto") -> Sheet:
    """Parse a whole table; raises SampleError if it is not a table or lacks the columns that are asked for."""
    text, lying = text_format.decode(data, limits, encoding)
    dialect = guess_dialect(text, kind)
    header, *body = rows(text, dialect)
    columns = columns_of(header.values(), settings)
    head = dialect.delimiter.join(header.raw) + dialect.newline
    return Sheet(header, tuple(body), dialect, columns, lying, row_names(body, columns), head, dialect.newline)


def row_names(body: list[TableRow], columns: Columns) -> tuple[str, ...]:
    def name(number: int, row: TableRow) -> str:
        values = row.values()
        if len(values) <= columns.text or row.raw == ("",):
            return ""
        return (values[columns.id] if 0 <= columns.id < len(values) else "") or f"{number:03d}"

    return tuple(unique(name(number, row) for number, row in enumerate(body)))


@dataclass(frozen=True)
class Lines(Document):
    """A parsed JSON Lines file."""

    raw: tuple[str, ...]
    keys: Keys
    found: tuple[Sample, ...]
    encoding: text_format.TextHeader
    newline: str
    ascii: bool  # the file is pure ASCII, so new text is escaped as well
    head: str = ""

    def samples(self) -> Iterator[Sample]:
        return iter(self.found)

    def content(self, row: int) -> str:
        return self._sample(row).content

    def patched(self, row: int, content: str, copy: int) -> str:
        """Replace the text; the id becomes the row's name plus the copy's mark, a string even if it was a number."""
        raw = self.raw[row]
        fields = members(raw)
        changes = [(fields[self.keys.text], content)]
        own = fields.get(self.keys.id)
        if own is not None and own.scalar(raw) is not None:
            changes.append((own, f"{self._sample(row).name}__aug{copy}"))
        for member, value in sorted(changes, key=lambda change: -change[0].start):
            if value != member.value:
                raw = raw[: member.start] + self._written(value, raw[member.start : member.end]) + raw[member.end :]
        return raw

    def unchanged(self, row: int) -> str:
        return self.raw[row]

    def _sample(self, row: int) -> Sample:
        """Raises IndexError if the line holds none."""
        sample = self.found[bisect_left(self.found, row, key=lambda sample: sample.row)]
        if sample.row != row:
            raise IndexError(row)
        return sample

    def _written(self, value: str, before: str) -> str:
        """Write a value as JSON, escaped the way the original value was."""
        written = json.dumps(value, ensure_ascii=self.ascii or (before.isascii() and "\\u" in before))
        return written.replace("/", "\\/") if "\\/" in before else written


def lines_of(data: bytes, kind: str, settings: Input, limits: Limits) -> Lines:
    text, encoding = text_format.decode(data, limits, settings.text.encoding)
    ending = re.search(r"\r\n|\n|\r", text)
    newline = ending.group() if ending else "\n"
    raw = tuple(line.removesuffix("\r") for line in text.split("\r" if newline == "\r" else "\n"))
    objects = [parsed_line(line, number) for number, line in enumerate(raw, 1)]
    keys = keys_of(objects, settings.table)
    return Lines(raw, keys, tuple(_samples(raw, objects, keys)), encoding, newline, text.isascii())


def _samples(raw: tuple[str, ...], objects: list[JsonObject], keys: Keys) -> Iterator[Sample]:
    def scalar(row: int, key: str) -> str | None:
        item = objects[row]
        return item[key].scalar(raw[row]) if isinstance(item, dict) and key in item else None

    numbers = [row for row, item in enumerate(objects) if item is not None]
    names = unique(scalar(row, keys.id) or f"{row:03d}" for row in numbers)
    for row, name in zip(numbers, names, strict=True):
        content, trouble = text_of(objects[row], raw[row], row + 1, keys.text)
        yield Sample(row, name, content, scalar(row, keys.label), trouble)


@dataclass(frozen=True)
class PassageText(Document):
    """A parsed text file: what precedes the first passage, the passages, and what follows each of them."""

    head: str
    passages: tuple[str, ...]
    gaps: tuple[str, ...]  # line ends and blank lines; the last one is the end of the file
    encoding: text_format.TextHeader
    newline: str

    def samples(self) -> Iterator[Sample]:
        return (Sample(row, f"{row:03d}", passage) for row, passage in enumerate(self.passages))

    def content(self, row: int) -> str:
        return self.passages[row]

    def patched(self, row: int, content: str, copy: int) -> str:
        """Append the separator that followed the passage; for the last passage, the one that followed the first."""
        return content + (self.gaps[row] if row < len(self.gaps) - 1 else self._usual_gap())

    def unchanged(self, row: int) -> str:
        return self.patched(row, self.passages[row], 0)

    def _usual_gap(self) -> str:
        return self.gaps[0] if len(self.gaps) > 1 else self.newline

    def joined(self, fragments: Iterable[str]) -> Iterator[str]:
        """Yield the fragments; the last one ends the way the original file does."""
        before = None
        for fragment in fragments:
            if before is not None:
                yield before
            before = fragment
        if before is not None:
            yield LAST_BREAK.sub("", before) + self.gaps[-1]


def passages_of(data: bytes, kind: str, settings: Input, limits: Limits) -> PassageText:
    text, encoding = text_format.decode(data, limits, settings.text.encoding)
    ending = re.search(r"\r\n|\n|\r", text)
    newline = ending.group() if ending else "\n"
    by_line = settings.text.unit == "line"
    head, passages, gaps = parted_passages(text, by_line)
    if not by_line and len(passages) == 1:
        newline *= 2  # copies of a single paragraph are separated by a blank line
    return PassageText(head, tuple(passages), tuple(gaps), encoding, newline)


def whole_document(data: bytes, kind: str, settings: Input, limits: Limits) -> Document:
    """Parse a document; raises SampleError if the data is not one."""
    if kind in ("csv", "tsv"):
        return table_of(data, kind, settings.table, limits, settings.text.encoding)
    return (lines_of if kind == "jsonl" else passages_of)(data, kind, settings, limits)
