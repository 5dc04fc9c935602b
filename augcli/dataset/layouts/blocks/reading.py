"""Reads rows from their document: those of one block, or a single one."""

from __future__ import annotations

import os
from functools import lru_cache

from augcli.core.pipeline.settings import Input, Limits
from augcli.core.plan import Source, normal_form
from augcli.core.values.outcome import SampleError
from augcli.dataset.layouts.blocks.outline import Block, BlockRow, Outline
from augcli.dataset.layouts.blocks.registry import block_layout
from augcli.dataset.layouts.rows import kind_of


def rows_of(kind: str, place: str, outline: Outline, block: Block) -> list[BlockRow]:
    """The rows of a block as they are in the file now; raises SampleError."""
    try:
        with open(place, "rb", buffering=0) as file:
            file.seek(block.start)
            data = file.read(block.stop - block.start)
    except FileNotFoundError:
        raise SampleError("io.gone", "the file no longer exists", "read") from None
    except OSError as error:
        raise SampleError("io.read", f"cannot be read: {error.strerror}", "read") from None
    return block_layout(kind).read_block(data, block, outline)


def row_source(document: Source, row: BlockRow) -> Source:
    """A row as a sample of its own. Where it names no class, its document may."""
    label = document.label if row.label is None else row.label
    name = f"{document.id}#{normal_form(row.name)}"
    return document._replace(id=name, label=label, row=row.number, content=row.content, trouble=row.trouble)


def row_of(place: str, settings: Input, number: int) -> BlockRow:
    """One row, as it is in the file now; raises OSError, SampleError."""
    status = os.stat(place)
    outline = _outlined(place, settings, status.st_size, status.st_mtime_ns)
    for block in outline.blocks:
        if block.first <= number < block.last:
            rows = _rows(place, block.first, settings, status.st_size, status.st_mtime_ns)
            if number in rows:
                return rows[number]
    raise SampleError("table.row", f"{place} no longer has row {number}", "read")


@lru_cache(maxsize=2)
def _outlined(place: str, settings: Input, size: int, mtime_ns: int) -> Outline:
    with open(place, "rb") as file:
        return block_layout(kind_of(place)).outline(file.read(), kind_of(place), settings, Limits(max_characters=2**62))


@lru_cache(maxsize=2)
def _rows(place: str, first: int, settings: Input, size: int, mtime_ns: int) -> dict[int, BlockRow]:
    outline = _outlined(place, settings, size, mtime_ns)
    block = next(block for block in outline.blocks if block.first == first)
    return {row.number: row for row in rows_of(kind_of(place), place, outline, block)}
