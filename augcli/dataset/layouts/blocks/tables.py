"""Tables in blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from augcli.core.pipeline.settings import Input, Limits
from augcli.dataset.layouts.blocks.cell_grid import CellGrid, cell_grid
from augcli.dataset.layouts.blocks.cells import LooseRow, SplicedRow
from augcli.dataset.layouts.blocks.outline import (
    Block,
    BlockLayout,
    BlockRow,
    Outline,
    changed,
    decoded,
    digest_of,
    in_blocks,
    of_pieces,
)
from augcli.dataset.layouts.rows import unique
from augcli.dataset.layouts.table import columns_of
from augcli.formats.text import codec as text_format
from augcli.formats.text.delimited import Dialect, TableRow, guess_dialect, rows, unquote

Shared = Mapping[str, Any]


class TableBlocks(BlockLayout):
    """Each row below the header is a sample, unless it is blank or too short to have a text."""

    def outline(self, data: bytes, kind: str, settings: Input, limits: Limits, with_labels: bool = False) -> Outline:
        text, lying = text_format.decode(data, limits, settings.text.encoding)
        dialect = guess_dialect(text, kind)
        header = next(rows(text, dialect))
        at = len(text_format.encode(dialect.delimiter.join(header.raw) + header.ending, lying))
        body = data[at:]
        found = cell_grid(body, dialect.delimiter) if text_format.is_bytewise(lying.encoding) else None
        parsed = list(rows(text, dialect)) if found is None else []
        shared = {
            "as_bytes": found is not None,
            "encoding": lying.encoding,
            "bom": lying.bom,
            "newline": dialect.newline,
            "delimiter": dialect.delimiter,
            "columns": list(columns_of(header.values(), settings.table)),
            "cells": len(header.raw),
            "head": dialect.delimiter.join(header.raw) + dialect.newline,
        }
        if found is None:
            return _outline_of_rows(parsed, data, shared, with_labels)
        return _outline_of_grid(found, body, at, shared, with_labels)

    def read_block(self, data: bytes, block: Block, outline: Outline) -> list[BlockRow]:
        shared = outline.shared
        found = None
        if shared["as_bytes"]:
            found = cell_grid(data, shared["delimiter"])
            if found is None:
                raise changed()
        read = _loose_rows(data, block, outline) if found is None else _spliced_rows(found, data, block, outline)
        if len(read) != block.samples:
            raise changed()
        return read


# Encodings that are read byte by byte


def _outline_of_grid(found: CellGrid, body: bytes, at: int, shared: Shared, with_labels: bool) -> Outline:
    text, label, own_id = shared["columns"]
    samples = found.samples(text)
    numbers = samples.tolist()
    starts, stops = (found.starts[samples] + at).tolist(), (found.stops[samples] + at).tolist()
    names: dict[int, str] = {}
    if own_id >= 0:
        ids = _column(found, samples, body, own_id)
        plain = set(ids)
        if len(plain) < len(ids) or None in plain or b"" in plain or b'""' in plain or b'"' in b"".join(plain):  # type: ignore[arg-type]
            given = [None if one is None else _value(one, shared["encoding"]) for one in ids]
            names = _unlike(given, numbers)
    labels = None
    if with_labels:
        counted = Counter(_column(found, samples, body, label)) if label >= 0 else Counter([None] * len(numbers))
        labels = _by_value((None if one is None else _value(one, shared["encoding"]), count) for one, count in counted.items())
    return Outline(in_blocks(numbers, starts, stops), names, shared, digest_of(shared), labels)


def _column(found: CellGrid, samples: Any, body: bytes, number: int) -> list[bytes | None]:
    """The raw cells of a column; None where a row has none."""
    starts, stops = found.column(number)
    has = found.cells[samples] > number
    pairs = zip(starts[samples].tolist(), stops[samples].tolist(), strict=True)
    if has.all():
        return [body[start:stop] for start, stop in pairs]
    return [body[start:stop] if there else None for (start, stop), there in zip(pairs, has.tolist(), strict=True)]


def _value(cell: bytes, encoding: str) -> str:
    return unquote(cell.decode(encoding))


def _spliced_rows(found: CellGrid, data: bytes, block: Block, outline: Outline) -> list[BlockRow]:
    shared, digest = outline.shared, outline.digest
    text, label, own_id = shared["columns"]
    encoding: str = shared["encoding"]
    samples = found.samples(text)
    row_starts = found.starts[samples]
    cells = found.cells[samples].tolist()

    def places(column: int) -> list[tuple[int, int]]:
        starts, stops = found.column(column)
        return list(zip((starts[samples] - row_starts).tolist(), (stops[samples] - row_starts).tolist(), strict=True))

    texts = places(text)
    labels = places(label) if label >= 0 else None
    ids = places(own_id) if own_id >= 0 else None
    numbers = (samples + block.first).tolist()
    read: list[BlockRow] = []
    for at, (start, stop) in enumerate(zip(row_starts.tolist(), found.stops[samples].tolist(), strict=True)):
        raw, number, width = data[start:stop], numbers[at], cells[at]
        try:
            content = _value(raw[texts[at][0] : texts[at][1]], encoding)
            own_label = None
            if labels is not None and label < width:
                own_label = _value(raw[labels[at][0] : labels[at][1]], encoding)
            own, name = None, ""
            if ids is not None and own_id < width:
                own = ids[at]
                name = _value(raw[own[0] : own[1]], encoding)
        except UnicodeError:
            raise changed() from None
        name = outline.names.get(number) or name or f"{number:03d}"
        read.append(SplicedRow(number, name, content, own_label, raw, texts[at], own, width, shared, digest))
    return read


# Others


def _outline_of_rows(parsed: Sequence[TableRow], data: bytes, shared: Shared, with_labels: bool) -> Outline:
    text, label, own_id = shared["columns"]
    header, *body = parsed
    numbers = [number for number, row in enumerate(body) if len(row.raw) > text and row.raw != ("",)]

    def value(number: int, column: int) -> str | None:
        raw = body[number].raw
        return unquote(raw[column]) if 0 <= column < len(raw) else None

    names = _unlike([value(number, own_id) for number in numbers], numbers) if own_id >= 0 else {}
    labels = _by_value((value(number, label), 1) for number in numbers) if with_labels else None
    pieces = [shared["delimiter"].join(row.raw) + row.ending for row in (header, *body)]
    return Outline(of_pieces(data, pieces, numbers, shared), names, shared, digest_of(shared), labels)


def _loose_rows(data: bytes, block: Block, outline: Outline) -> list[BlockRow]:
    shared = outline.shared
    text, _, own_id = shared["columns"]
    dialect = Dialect(shared["delimiter"], shared["newline"])
    parsed = rows(decoded(data, block, shared), dialect)
    if not block.start:
        next(parsed, None)  # the header: this block is the whole document
    read: list[BlockRow] = []
    for number, row in enumerate(parsed, block.first):
        if len(row.raw) <= text or row.raw == ("",):
            continue
        name = unquote(row.raw[own_id]) if 0 <= own_id < len(row.raw) else ""
        name = outline.names.get(number) or name or f"{number:03d}"
        read.append(LooseRow(number, name, row.raw, shared, outline.digest))
    return read


def _unlike(given: Iterable[str | None], numbers: Sequence[int]) -> dict[int, str]:
    """Names that are not what the row itself says, by row number: repeated ones are made unique."""
    own = [name or f"{number:03d}" for name, number in zip(given, numbers, strict=True)]
    made = unique(own, numbers)
    return {number: name for number, name, before in zip(numbers, made, own, strict=True) if name != before}


def _by_value(pairs: Iterable[tuple[str | None, int]]) -> dict[str | None, int]:
    found: Counter[str | None] = Counter()
    for value, count in pairs:
        found[value] += count
    return dict(found)
