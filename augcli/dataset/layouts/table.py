"""Which columns of a table are its text, label and id."""

from __future__ import annotations

from typing import NamedTuple

from augcli.core.pipeline.settings import Table
from augcli.core.values.outcome import SampleError

# Column names that are recognised if the pipeline names none, in order of preference.
TEXT_NAMES = ("text", "sentence", "review", "content", "document", "utterance", "comment", "body", "message")
LABEL_NAMES = ("label", "class", "category", "sentiment", "target", "intent")
ID_NAMES = ("id", "uid", "uuid")


class Columns(NamedTuple):
    """The indices of the columns that hold text, label and id; −1 for none."""

    text: int
    label: int
    id: int


def columns_of(names: list[str], settings: Table) -> Columns:
    """The columns asked for, or those with the usual names; raises SampleError if there is none for the text."""
    plain = [name.strip().lower() for name in names]

    def find(asked: str | None, usual: tuple[str, ...]) -> int:
        if asked is None:
            return next((plain.index(name) for name in usual if name in plain), -1)
        if asked not in names:
            raise SampleError("table.no_column", f"there is no column '{asked}'; the columns are: {', '.join(names)}")
        return names.index(asked)

    text = find(settings.text, TEXT_NAMES)
    if text < 0:
        raise SampleError(
            "table.no_text_column",
            "no column is recognised as the text; name it in the pipeline (input: {table: {text: NAME}}); "
            f"the columns are: {', '.join(names)}",
        )
    return Columns(text, find(settings.label, LABEL_NAMES), find(settings.id, ID_NAMES))
