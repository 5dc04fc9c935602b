"""What the blocks of a document hold, row by row, and what rows become."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from augcli.core.pipeline.settings import Input, Limits
from augcli.core.values.outcome import SampleError
from augcli.dataset.layouts.blocks.outline import Outline
from augcli.dataset.layouts.blocks.reading import row_of, rows_of
from augcli.dataset.layouts.blocks.registry import block_layout
from augcli.dataset.layouts.rows import kind_of


class Claim(NamedTuple):
    """One sample, or (row -1) why there is none."""

    id: str
    row: int = -1
    content: str = ""
    label: str | None = None
    trouble: tuple[str, str] | None = None


def outline_of(path: Path, settings: Input | None = None) -> Outline:
    kind = kind_of(str(path))
    return block_layout(kind).outline(path.read_bytes(), kind, settings or Input(), Limits())


def claims(path: Path, settings: Input | None = None) -> list[Claim]:
    try:
        outline = outline_of(path, settings)
    except SampleError as error:
        return [Claim(path.name, trouble=(error.code, error.message))]
    rows = [row for block in outline.blocks for row in rows_of(kind_of(str(path)), str(path), outline, block)]
    return [Claim(f"{path.name}#{row.name}", row.number, row.content, row.label, row.trouble) for row in rows]


def fragment(path: Path, content: str, row: int, settings: Input | None = None, copy: int = 0) -> bytes:
    """What a copy adds to its document, with what ends the row there."""
    return row_of(str(path), settings or Input(), row).fragment(content, copy)


def assembled(path: Path, fragments: Iterable[bytes], settings: Input | None = None) -> bytes:
    return b"".join(block_layout(kind_of(str(path))).assemble(outline_of(path, settings), fragments))
