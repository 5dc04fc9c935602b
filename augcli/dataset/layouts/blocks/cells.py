"""Rows of tables: one whose cells are spliced as bytes, and one for encodings in which they cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from augcli.dataset.layouts.blocks.outline import BlockRow, row_hash, written_in
from augcli.formats.text import codec as text_format
from augcli.formats.text.delimited import quote_like, unquote

EMPTY = ("text.empty", "the cell is empty")


class TableNotes(BlockRow):
    """A row that is told how many cells the header has."""

    __slots__ = ("cells", "header_cells")

    cells: int
    header_cells: int

    def notes(self) -> dict[str, str]:
        if self.cells == self.header_cells:
            return {}
        return {"columns": f"the row has {self.cells} cells, the header {self.header_cells}"}


class SplicedRow(TableNotes):
    """A row as bytes; `text` and `own_id` say where these two cells lie in it, `own_id` being None where it has no id."""

    __slots__ = ("_shared", "own_id", "raw", "text")

    def __init__(
        self,
        number: int,
        name: str,
        content: str,
        label: str | None,
        raw: bytes,
        text: tuple[int, int],
        own_id: tuple[int, int] | None,
        cells: int,
        shared: Mapping[str, Any],
        digest: int,
    ) -> None:
        self.number, self.name, self.content, self.label, self.raw = number, name, content, label, raw
        self.text, self.own_id, self.cells, self.header_cells = text, own_id, cells, shared["cells"]
        self._shared = shared
        self.trouble = None if content else EMPTY
        self.hash = row_hash(raw, name, number, digest)

    def fragment(self, content: str, copy: int) -> bytes:
        raw, (start, stop) = self.raw, self.text
        new = self._cell(content, start)
        end: bytes = self._shared["newline"].encode()
        if self.own_id is None:
            return raw[:start] + new + raw[stop:] + end
        before, after = self.own_id
        mark = self._cell(f"{self.name}__aug{copy}", before)
        if before > start:
            return raw[:start] + new + raw[stop:before] + mark + raw[after:] + end
        if before < start:
            return raw[:before] + mark + raw[after:start] + new + raw[stop:] + end
        return raw[:before] + mark + raw[after:] + end  # the column of the text is that of the id

    def _cell(self, value: str, start: int) -> bytes:
        shared = self._shared
        before = '"' if self.raw[start : start + 1] == b'"' else ""
        written = quote_like(value, before, shared["delimiter"])
        return written.encode() if written.isascii() else text_format.encode(written, written_in(shared))

    def original(self) -> bytes:
        end: bytes = self._shared["newline"].encode()
        return self.raw + end


class LooseRow(TableNotes):
    """A row as its cells, which are put together again as text."""

    __slots__ = ("_shared", "raw_cells")

    def __init__(self, number: int, name: str, raw_cells: tuple[str, ...], shared: Mapping[str, Any], digest: int) -> None:
        text, label, _ = shared["columns"]
        self.number, self.name, self.raw_cells, self._shared = number, name, raw_cells, shared
        self.content = unquote(raw_cells[text])
        self.label = unquote(raw_cells[label]) if 0 <= label < len(raw_cells) else None
        self.cells, self.header_cells = len(raw_cells), shared["cells"]
        self.trouble = None if self.content else EMPTY
        self.hash = row_hash(shared["delimiter"].join(raw_cells).encode(), name, number, digest)

    def fragment(self, content: str, copy: int) -> bytes:
        text, _, own_id = self._shared["columns"]
        delimiter, cells = self._shared["delimiter"], list(self.raw_cells)
        cells[text] = quote_like(content, cells[text], delimiter)
        if 0 <= own_id < len(cells):
            cells[own_id] = quote_like(f"{self.name}__aug{copy}", self.raw_cells[own_id], delimiter)
        return self._written(cells)

    def original(self) -> bytes:
        return self._written(list(self.raw_cells))

    def _written(self, cells: list[str]) -> bytes:
        shared = self._shared
        return text_format.encode(shared["delimiter"].join(cells) + shared["newline"], written_in(shared))
