"""Which files are documents, whose parts are samples, and the layout of each."""

from __future__ import annotations

from augcli.core.pipeline.settings import Input
from augcli.dataset.layouts.blocks.object_lines import ObjectLineBlocks
from augcli.dataset.layouts.blocks.outline import BlockLayout
from augcli.dataset.layouts.blocks.passage_blocks import PassageBlocks
from augcli.dataset.layouts.blocks.tables import TableBlocks

_TABLES, _OBJECT_LINES, _PASSAGES = TableBlocks(), ObjectLineBlocks(), PassageBlocks()


def block_layout(kind: str) -> BlockLayout:
    """The layout of files of this kind whose parts are samples."""
    return {"csv": _TABLES, "tsv": _TABLES, "jsonl": _OBJECT_LINES}.get(kind, _PASSAGES)


def has_rows(modality: str | None, kind: str, settings: Input) -> bool:
    """Whether the parts of a file are samples, and not the file itself."""
    return (modality == "table" and kind in ("csv", "tsv", "jsonl")) or (modality == "text" and settings.text.unit != "document")
