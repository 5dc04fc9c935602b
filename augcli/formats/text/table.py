"""The kinds of text files and of tables. Their bytes say nothing, so their suffixes decide."""

from __future__ import annotations

from dataclasses import dataclass

from augcli.formats.format import FileFormat


@dataclass(frozen=True, kw_only=True, eq=False)
class TextFormat(FileFormat):
    @property
    def is_read(self) -> bool:
        return True


FORMATS = (
    TextFormat(name="txt", title="plain text", modality="text", suffixes=(".txt", ".text")),
    TextFormat(name="md", title="Markdown", modality="text", suffixes=(".md", ".markdown")),
    TextFormat(name="csv", title="CSV", modality="table", suffixes=(".csv",)),
    TextFormat(name="tsv", title="TSV", modality="table", suffixes=(".tsv", ".tab")),
    TextFormat(name="jsonl", title="JSON lines", modality="table", suffixes=(".jsonl", ".ndjson")),
)
