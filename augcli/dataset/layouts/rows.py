"""What rows are called, and what kind a document is of."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from augcli.dataset import kinds


def kind_of(path: str) -> str:
    """The kind of a document, decided by its name: the bytes of a text do not tell."""
    found = kinds.BY_SUFFIX.get(path.rpartition(".")[2].lower())
    return found.name if found else "csv"


def unique(names: Iterable[str], numbers: Iterable[int] | None = None) -> list[str]:
    """Make names unique by appending a number to repeated ones: its own of `numbers`. Empty names stay empty."""
    taken: set[str] = set()
    result: list[str] = []
    for number, name in zip(itertools.count() if numbers is None else numbers, names, strict=False):
        own = name
        while own and own in taken:
            own = f"{own}-{number}"
        taken.add(own)
        result.append(own)
    return result
