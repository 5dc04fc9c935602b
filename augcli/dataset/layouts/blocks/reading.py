"""Reads the rows of one block from its document."""

from __future__ import annotations

from augcli.core.plan import Source, normal_form
from augcli.core.values.outcome import SampleError
from augcli.dataset.layouts.blocks.outline import Block, BlockRow, Outline
from augcli.dataset.layouts.blocks.registry import block_layout


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
