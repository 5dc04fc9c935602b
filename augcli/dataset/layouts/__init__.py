"""How datasets lie on disk. A layout claims files, names the document that outputs go into, and assembles it.

`claim` sees one file that the walk found, and gives the samples in it, or None when it is not this layout's.
`fragment` is what one finished unit adds to a document, and `assemble` makes the document of all fragments, in plan
order, streaming. Layouts whose units are files of their own have no documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple, Protocol

from augcli.core.pipeline.settings import Input, Limits
from augcli.dataset.detect import Detection


class FoundFile(NamedTuple):
    """A file that the walk found, and what its first bytes say."""

    absolute: str
    relative: str  # below the input root, POSIX; the id of its source
    size: int
    mtime_ns: int
    detection: Detection


class Claim(NamedTuple):
    """One sample of a claimed file. A `trouble` is a failure known already: (code, message)."""

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
        """The samples in this file, or None when another layout must look at it."""

    def fragment(self, content: str, row: int, absolute: str, settings: Input, copy: int) -> str:
        """What a unit with this new content adds to its document."""

    def content(self, row: int, absolute: str, settings: Input) -> str:
        """The text of a row as the file has it now; raises IndexError when there is no such row any more."""

    def notes(self, row: int, absolute: str, settings: Input) -> dict[str, str]:
        """What the records of a row's copies should say about it."""

    def assemble(self, absolute: str, fragments: Iterable[str], settings: Input) -> Iterator[bytes]:
        """The document, from the original one at `absolute` and the fragments in plan order."""


@cache
def layouts() -> tuple[Layout, ...]:
    """In the order in which they look at a file."""
    from augcli.dataset.layouts.files import Files
    from augcli.dataset.layouts.json_lines import JsonLines
    from augcli.dataset.layouts.passages import Passages
    from augcli.dataset.layouts.table import Tables

    return (Tables(), JsonLines(), Passages(), Files())


def document_layout(absolute: str) -> Layout:
    """The layout of a document, a file whose samples are parts of it."""
    from augcli.dataset.layouts.rows import kind_of

    table, json_lines, passages, _ = layouts()
    return {"csv": table, "tsv": table, "jsonl": json_lines}.get(kind_of(absolute), passages)
