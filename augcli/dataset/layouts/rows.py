"""What is common to layouts whose samples are parts of one document: table rows, and lines or paragraphs of texts."""

from __future__ import annotations

import itertools
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from augcli.core.pipeline.settings import Input, Limits
from augcli.core.values.outcome import SampleError, UserError
from augcli.dataset import kinds
from augcli.dataset.layouts.layout import Claim, FoundFile
from augcli.formats.text import codec as text_format


class Sample(NamedTuple):
    """A part of a document that is a sample. `name` is unique in the document; `trouble` is a failure already known."""

    row: int
    name: str
    content: str
    label: str | None = None
    trouble: tuple[str, str] | None = None


class Document(ABC):
    """A parsed file, with everything needed to write it back byte for byte."""

    encoding: text_format.TextHeader
    head: str  # everything before the first row
    newline: str

    @abstractmethod
    def samples(self) -> Iterator[Sample]: ...

    @abstractmethod
    def content(self, row: int) -> str:
        """The text of a row; raises IndexError if there is no such row."""

    @abstractmethod
    def patched(self, row: int, content: str, copy: int) -> str:
        """The row with its text replaced and, if it has an id, the copy's mark added to it."""

    @abstractmethod
    def unchanged(self, row: int) -> str:
        """The row as it is."""

    def notes(self, row: int) -> dict[str, str]:
        """What the records of this row's copies should say about it."""
        return {}

    def joined(self, fragments: Iterable[str]) -> Iterator[str]:
        return (fragment + self.newline for fragment in fragments)


class RowLayout(ABC):
    """A layout whose output is again one document: the original's head, then the copies' rows in plan order."""

    name: str

    @abstractmethod
    def takes(self, modality: str | None, kind: str, settings: Input) -> bool: ...

    @abstractmethod
    def take_apart(self, data: bytes, kind: str, settings: Input, limits: Limits) -> Document:
        """Parse a document; raises SampleError if the data is not one."""

    def claim(self, found: FoundFile, settings: Input, limits: Limits) -> Iterator[Claim] | None:
        if not self.takes(found.detection.modality, found.detection.kind, settings):
            return None
        return self._claims(found, settings, limits)

    def _claims(self, found: FoundFile, settings: Input, limits: Limits) -> Iterator[Claim]:
        kind = found.detection.kind
        try:
            text_format.check_size(found.size, limits)
            with open(found.absolute, "rb") as file:
                document = self.take_apart(file.read(), kind, settings, limits)
        except SampleError as error:
            yield Claim(found.relative, "text", kind, trouble=(error.code, error.message))
            return
        except OSError as error:
            yield Claim(found.relative, "text", kind, trouble=("io.read", error.strerror or str(error)))
            return
        for sample in document.samples():
            identifier = f"{found.relative}#{sample.name}"
            yield Claim(identifier, "text", kind, sample.row, sample.content, sample.label, sample.trouble)

    def fragment(self, content: str, row: int, absolute: str, settings: Input, copy: int) -> str:
        document = self.document(absolute, settings)
        fragment = document.patched(row, content, copy)
        text_format.encode(fragment, document.encoding)  # a character the encoding lacks fails this unit, not the whole document
        return fragment

    def original(self, row: int, absolute: str, settings: Input) -> str:
        return self.document(absolute, settings).unchanged(row)

    def content(self, row: int, absolute: str, settings: Input) -> str:
        """The text of a row as it is in the file now; raises IndexError if the row no longer exists."""
        return self.document(absolute, settings).content(row)

    def notes(self, row: int, absolute: str, settings: Input) -> dict[str, str]:
        return self.document(absolute, settings).notes(row)

    def assemble(self, absolute: str, fragments: Iterable[str], settings: Input) -> Iterator[bytes]:
        try:
            document = self.document(absolute, settings)
        except OSError as error:
            raise UserError(f"{absolute} can no longer be read: {error.strerror}") from None
        yield text_format.encode(document.head, document.encoding)
        without_bom = document.encoding._replace(bom=False)
        for part in document.joined(fragments):
            yield text_format.encode(part, without_bom)

    def document(self, absolute: str, settings: Input) -> Document:
        # Rows of one document arrive one after another, on several threads: read it once, not once per thread.
        status = os.stat(absolute)
        with _reading:
            return _cached(self, absolute, settings, status.st_size, status.st_mtime_ns)


_reading = threading.Lock()


@lru_cache(maxsize=2)
def _cached(layout: RowLayout, absolute: str, settings: Input, size: int, mtime_ns: int) -> Document:
    with open(absolute, "rb") as file:
        return layout.take_apart(file.read(), kind_of(absolute), settings, Limits(max_characters=2**62))


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
