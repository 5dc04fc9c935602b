"""The layout of a document in blocks, by the kind of its file."""

from __future__ import annotations

from augcli.dataset.layouts.blocks.object_lines import ObjectLineBlocks
from augcli.dataset.layouts.blocks.outline import BlockLayout
from augcli.dataset.layouts.blocks.passage_blocks import PassageBlocks
from augcli.dataset.layouts.blocks.tables import TableBlocks

_TABLES, _OBJECT_LINES, _PASSAGES = TableBlocks(), ObjectLineBlocks(), PassageBlocks()


def block_layout(kind: str) -> BlockLayout:
    """The layout of files of this kind whose parts are samples."""
    return {"csv": _TABLES, "tsv": _TABLES, "jsonl": _OBJECT_LINES}.get(kind, _PASSAGES)
