"""Layout `table`: every row of a .csv or .tsv file is one text sample; all other columns are kept unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from augcli.core.pipeline.settings import Input, Limits, Table
from augcli.core.values.outcome import SampleError
from augcli.dataset.layouts.rows import Document, RowLayout, Sample, unique
from augcli.formats.text import codec as text_format
from augcli.formats.text.delimited import Dialect, TableRow, guess_dialect, quote_like, rows

# Column names that are recognised if the pipeline names none, in order of preference.
TEXT_NAMES = ("text", "sentence", "review", "content", "document", "utterance", "comment", "body", "message")
LABEL_NAMES = ("label", "class", "category", "sentiment", "target", "intent")
ID_NAMES = ("id", "uid", "uuid")


class Columns(NamedTuple):
    """The indices of the columns that hold text, label and id; −1 for none."""

    text: int
    label: int
    id: int


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


class Tables(RowLayout):
    """Each row is one sample; the output is a table with the header and the copies' rows, in plan order."""

    name = "table"

    def takes(self, modality: str | None, kind: str, settings: Input) -> bool:
        return modality == "table" and kind in ("csv", "tsv")

    def take_apart(self, data: bytes, kind: str, settings: Input, limits: Limits) -> Sheet:
        return take_apart(data, kind, settings.table, limits, settings.text.encoding)


def take_apart(data: bytes, kind: str, settings: Table, limits: Limits, encoding: str = "auto") -> Sheet:
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


def columns_of(names: list[str], settings: Table) -> Columns:
    plain = [name.strip().lower() for name in names]

    def find(asked: str | None, usual: tuple[str, ...]) -> int:
        if asked is None:
            return next((plain.index(name) for name in usual if name in plain), -1)
        if asked not in names:
            raise SampleError("table.no_column", f"there is no column '{asked}'; the columns are: {', '.join(names)}")
        return names.index(asked)

    text = find(settings.text, TEXT_NAMES)
    if text < 0:
        raise SampleError(
            "table.no_text_column",
            "no column is recognised as the text; name it in the pipeline (input: {table: {text: NAME}}); "
            f"the columns are: {', '.join(names)}",
        )
    return Columns(text, find(settings.label, LABEL_NAMES), find(settings.id, ID_NAMES))
