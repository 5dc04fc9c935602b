"""The reference of all operations in Markdown, made from the registry; and the block of a README that repeats it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import unified_diff
from itertools import groupby
from pathlib import Path

from augcli.core.values.outcome import Mismatch, UserError

from .catalogue import OpEntry, entries

BEGIN, END = "<!-- ops:begin -->", "<!-- ops:end -->"
_TITLES = {"image": "Images (`image:`)", "audio": "Sound (`audio:`)", "text": "Text (`text:`)"}


def full() -> str:
    """Everything: what each operation does, its options with defaults and limits, examples, sources."""
    return "# Operations\n\nMade by `augcli ops docs`; the same texts are behind `augcli ops show OP`.\n\n" + listed()


def listed() -> str:
    """The same without a title: a heading for each modality, and below it one for each operation."""
    parts = []
    for modality, group in groupby(entries(), lambda entry: entry.modality):
        parts.append(f"## {_TITLES.get(modality, modality)}\n")
        parts += [_operation(entry) for entry in group]
    return "\n".join(parts)


def compact() -> str:
    """One table a modality: name and what it does."""
    parts = []
    for modality, group in groupby(entries(), lambda entry: entry.modality):
        rows = [(f"`{entry.name}`", entry.summary) for entry in group]
        parts.append(f"**{_TITLES.get(modality, modality)}**\n\n{_table(('operation', 'what it does'), rows)}")
    return "\n".join(parts)


def check(path: Path) -> None:
    """Raise Mismatch, with a diff, when the block in this file is not what `compact` says now."""
    _, block, _ = _split(path)
    wanted = _block()
    if block != wanted:
        lines = unified_diff(block.splitlines(), wanted.splitlines(), str(path), "augcli ops docs", lineterm="", n=1)
        raise Mismatch("\n".join(lines) + f"\n{path}: the operations have changed; augcli ops docs --write {path} mends it")


def write(path: Path) -> bool:
    """Put the block into this file; whether that changed anything."""
    before, block, after = _split(path)
    wanted = _block()
    if block == wanted:
        return False
    try:
        path.write_bytes((before + wanted + after).encode())
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from None
    return True


def _block() -> str:
    return f"{BEGIN}\n\n{compact()}\n{END}"


def _split(path: Path) -> tuple[str, str, str]:
    """What stands before the block, the block with its marks, and what stands after it."""
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise UserError(f"{path} needs the lines {BEGIN} and {END}, once each, in this order: the table goes between them")
    start, stop = text.index(BEGIN), text.index(END) + len(END)
    return text[:start], text[start:stop], text[stop:]


def _operation(entry: OpEntry) -> str:
    parts = [f"### `{entry.name}`\n\n{entry.description}\n"]
    parts += [f"Also: {', '.join(f'`{other}`' for other in entry.also)}\n"] if entry.also else []
    if entry.fields:
        rows = [(f"`{field.name}`", f"`{field.default}`", field.limits, field.meaning) for field in entry.fields]
        parts.append(_table(("option", "default", "limits", "meaning"), rows))
    parts.append("```yaml\n" + "\n".join(entry.examples) + "\n```\n")
    parts += [f"Source: {reference}\n" for reference in entry.references]
    return "\n".join(parts)


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [columns, tuple("---" for _ in columns), *(tuple(_cell(cell) for cell in row) for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
