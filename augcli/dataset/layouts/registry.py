"""The layouts, in the order in which they look at a file."""

from __future__ import annotations

from augcli.core.pipeline.settings import Input
from augcli.dataset.layouts.files import Files
from augcli.dataset.layouts.json_lines import JsonLines
from augcli.dataset.layouts.layout import FoundFile, Layout
from augcli.dataset.layouts.passages import Passages
from augcli.dataset.layouts.rows import kind_of
from augcli.dataset.layouts.table import Tables

_TABLES, _JSON_LINES, _PASSAGES = Tables(), JsonLines(), Passages()
LAYOUTS: tuple[Layout, ...] = (_TABLES, _JSON_LINES, _PASSAGES, Files())


def has_rows(found: FoundFile, settings: Input) -> bool:
    """Whether the parts of a file are samples, and not the file itself."""
    detection = found.detection
    return any(layout.takes(detection.modality, detection.kind, settings) for layout in (_TABLES, _JSON_LINES, _PASSAGES))


def document_layout(absolute: str) -> Layout:
    """The layout of a document: a file whose samples are parts of it."""
    return {"csv": _TABLES, "tsv": _TABLES, "jsonl": _JSON_LINES}.get(kind_of(absolute), _PASSAGES)
