"""The reference of all operations in Markdown, made from the registry."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from .catalogue import OpEntry, entries

_TITLES = {"image": "Images (`image:`)", "audio": "Audio (`audio:`)", "text": "Text (`text:`)"}


def listed() -> str:
    """What each operation does, its options with defaults and limits, examples and sources, under a heading per modality."""
    parts = []
    for modality, group in groupby(entries(), lambda entry: entry.modality):
        parts.append(f"## {_TITLES.get(modality, modality)}\n")
        parts += [_operation(entry) for entry in group]
    return "\n".join(parts)


def _operation(entry: OpEntry) -> str:
    parts = [f"### `{entry.name}`\n\n{entry.description}\n"]
    parts += [f"Also: {', '.join(f'`{other}`' for other in entry.also)}\n"] if entry.also else []
    if entry.fields:
        rows = [
            (
                f"`{field.name}`",
                f"`{field.default}`" if field.default else "",
                field.limits,
                field.useful,
                field.per,
                field.meaning,
            )
            for field in entry.fields
        ]
        parts.append(table(("option", "default", "limits", "useful", "drawn per", "meaning"), rows))
    parts.append("```yaml\n" + "\n".join(entry.examples) + "\n```\n")
    parts += [f"Source: {reference}\n" for reference in entry.references]
    return "\n".join(parts)


def table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table in Markdown; bars and line breaks in cells do not break it."""
    lines = [columns, tuple("---" for _ in columns), *(tuple(_cell(cell) for cell in row) for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
