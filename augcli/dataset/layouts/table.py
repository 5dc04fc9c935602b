"""Layout `table`: every row of a .csv or .tsv file is one text sample; other columns are handed on as they are."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from augcli.core.outcome import SampleError, UserError
from augcli.core.settings import Input, Limits, Table
from augcli.dataset import kinds
from augcli.dataset.layouts import Claim, FoundFile
from augcli.formats import text as text_format
from augcli.formats.delimited import Dialect, Row, guess_dialect, quote_like, rows

# Names by which columns are found when the pipeline names none, in order of preference.
_TEXT_NAMES = ("text", "sentence", "review", "content", "document", "utterance", "comment", "body", "message")
_LABEL_NAMES = ("label", "class", "category", "sentiment", "target", "intent")
_ID_NAMES = ("id", "uid", "uuid")


class Columns(NamedTuple):
    """Which columns mean what; −1 for none."""

    text: int
    label: int
    id: int


class Sheet(NamedTuple):
    """A table taken apart, with all that is needed to write it back byte for byte."""

    header: Row
    body: tuple[Row, ...]
    dialect: Dialect
    columns: Columns
    encoding: text_format.TextHeader


class Tables:
    """One row, one sample; the output is the table with the header and the copies' rows, in plan order."""

    name = "table"

    def claim(self, found: FoundFile, settings: Input, limits: Limits) -> Iterator[Claim] | None:
        if found.detection.modality != "table" or found.detection.kind not in ("csv", "tsv"):
            return None
        return self._claims(found, settings, limits)

    def _claims(self, found: FoundFile, settings: Input, limits: Limits) -> Iterator[Claim]:
        kind = found.detection.kind
        try:
            with open(found.absolute, "rb") as file:
                sheet = take_apart(file.read(), kind, settings.table, limits)
        except SampleError as error:
            yield Claim(found.relative, "text", kind, trouble=(error.code, error.message))
            return
        except OSError as error:
            yield Claim(found.relative, "text", kind, trouble=("io.read", error.strerror or str(error)))
            return
        columns = sheet.columns
        taken: set[str] = set()
        for number, row in enumerate(sheet.body):
            values = row.values()
            if len(values) <= columns.text:
                continue  # a blank or short line holds no sample
            name = values[columns.id] if 0 <= columns.id < len(values) and values[columns.id] else f"{number:03d}"
            name = f"{name}-{number}" if name in taken else name
            taken.add(name)
            label = values[columns.label] if 0 <= columns.label < len(values) else None
            yield Claim(f"{found.relative}#{name}", "text", kind, number, values[columns.text], label)

    def fragment(self, content: str, row: int, absolute: str, settings: Input, copy: int) -> str:
        """The row with its text replaced; an id column gets the copy's mark, so that ids stay unique."""
        sheet = _sheet(absolute, settings.table)
        cells = list(sheet.body[row].raw)
        delimiter, columns = sheet.dialect.delimiter, sheet.columns
        cells[columns.text] = quote_like(content, cells[columns.text], delimiter)
        if 0 <= columns.id < len(cells):
            cells[columns.id] = quote_like(f"{sheet.body[row].values()[columns.id]}__aug{copy}", cells[columns.id], delimiter)
        return delimiter.join(cells)

    def content(self, row: int, absolute: str, settings: Input) -> str:
        """The text of a row as the file has it now; raises IndexError when there is no such row any more."""
        sheet = _sheet(absolute, settings.table)
        return sheet.body[row].values()[sheet.columns.text]

    def assemble(self, absolute: str, fragments: Iterable[str], settings: Input) -> Iterator[bytes]:
        try:
            sheet = _sheet(absolute, settings.table)
        except OSError as error:
            raise UserError(f"{absolute} can no longer be read: {error.strerror}") from None
        newline = sheet.dialect.newline
        yield text_format.encode(sheet.dialect.delimiter.join(sheet.header.raw) + newline, sheet.encoding)
        without_bom = sheet.encoding._replace(bom=False)
        for fragment in fragments:
            yield text_format.encode(fragment + newline, without_bom)


def take_apart(data: bytes, kind: str, settings: Table, limits: Limits) -> Sheet:
    """Read a table whole; raises SampleError for what is no table, or lacks the columns that are asked for."""
    text, encoding = text_format.decode(data, limits)
    dialect = guess_dialect(text, kind)
    header, *body = rows(text, dialect)
    return Sheet(header, tuple(body), dialect, _columns(header.values(), settings), encoding)


def _columns(names: list[str], settings: Table) -> Columns:
    plain = [name.strip().lower() for name in names]

    def find(asked: str | None, usual: tuple[str, ...]) -> int:
        if asked is None:
            return next((plain.index(name) for name in usual if name in plain), -1)
        if asked not in names:
            raise SampleError("table.no_column", f"has no column '{asked}'; it has: {', '.join(names)}")
        return names.index(asked)

    text = find(settings.text, _TEXT_NAMES)
    if text < 0:
        raise SampleError(
            "table.no_text_column",
            f"has no column named like a text; name it in the pipeline (input: {{table: {{text: NAME}}}}): {', '.join(names)}",
        )
    return Columns(text, find(settings.label, _LABEL_NAMES), find(settings.id, _ID_NAMES))


_reading = threading.Lock()


def _sheet(absolute: str, settings: Table) -> Sheet:
    # Rows of one table come one after the other, on several threads: read it once, not once a thread.
    status = os.stat(absolute)
    with _reading:
        return _cached_sheet(absolute, settings, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=2)
def _cached_sheet(absolute: str, settings: Table, size: int, mtime_ns: int) -> Sheet:
    with open(absolute, "rb") as file:
        kind = kinds.BY_SUFFIX.get(absolute.rpartition(".")[2].lower(), "csv")
        return take_apart(file.read(), kind, settings, Limits(max_characters=2**62))
