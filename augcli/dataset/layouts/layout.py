"""The interface of a layout: it claims files, names the document that outputs go into, and assembles that document.

`claim` is shown one file that the walk found and yields its samples, or returns None if the file belongs to another
layout. `fragment` is what one finished unit adds to a document, and `assemble` streams the document built from all
fragments, in plan order. Layouts whose outputs are files of their own have no documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from augcli.core.pipeline.settings import Input, Limits
from augcli.dataset.detect import Detection


class FoundFile(NamedTuple):
    """A file that the walk found, and what detection says about it."""

    absolute: str
    relative: str  # below the input root, POSIX; the id of its source
    size: int
    mtime_ns: int
    detection: Detection


class Claim(NamedTuple):
    """One sample of a claimed file. `trouble` is a failure that is already known: (code, message)."""

    id: str
    modality: str
    kind: str
    row: int = -1
    content: str = ""
    label: str | None = None
    trouble: tuple[str, str] | None = None


class Layout(Protocol):
    name: str

    def claim(self, found: FoundFile, settings: Input, limits: Limits) -> Iterator[Claim] | None:
        """The samples in this file, or None if another layout should look at it."""

    def fragment(self, content: str, row: int, absolute: str, settings: Input, copy: int) -> str:
        """What a unit with this new content adds to its document."""

    def original(self, row: int, absolute: str, settings: Input) -> str:
        """What the unchanged row adds to its document."""

    def content(self, row: int, absolute: str, settings: Input) -> str:
        """The text of a row as it is in the file now; raises IndexError if the row no longer exists."""

    def notes(self, row: int, absolute: str, settings: Input) -> dict[str, str]:
        """What the records of a row's copies should say about it."""

    def assemble(self, absolute: str, fragments: Iterable[str], settings: Input) -> Iterator[bytes]:
        """The document, from the original one at `absolute` and the fragments in plan order."""
