"""What every file format says about itself: its names, and how its files are recognised by their first bytes.

These values are light. What decodes and encodes is imported when the first file of a format is opened, so detection and
`augcli check` can ask them at no cost.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Generic, TypeVar


@dataclass(frozen=True, kw_only=True, eq=False)
class FileFormat:
    """A format that is read, or one that is known by name only, so that its files can be reported."""

    name: str  # as records and pipelines spell it: "jpeg"
    title: str  # as people write it: "JPEG"
    modality: str
    suffixes: tuple[str, ...]  # with their dots; an output gets the first one, unless its source has another of them
    read_suffixes: tuple[str, ...] = ()  # suffixes that sources may have too, but outputs never get
    signatures: tuple[tuple[int, bytes], ...] = ()  # (offset, bytes): any one of them proves the format
    recognise: Callable[[bytes], bool] | None = None  # proves it where bytes at fixed places do not
    asked_last: bool = False  # it takes little to be recognised, so all other formats are asked first
    might_be: Callable[[bytes], bool] | None = None  # for data meant as this modality that nothing proves: whose errors to tell
    disguised_as: str = ""  # the format that its files look like; their suffix tells the difference
    starts_like_text: bool = False  # a file with a suffix of a text format is a text, whatever it begins with

    @property
    def is_read(self) -> bool:
        return False

    @property
    def known_suffixes(self) -> frozenset[str]:
        return frozenset(self.suffixes + self.read_suffixes)

    def known_by(self, suffix: str) -> bool:
        """Whether files of this format may have this suffix, which comes without its dot."""
        dotted = f".{suffix}"
        return dotted in self.suffixes or dotted in self.read_suffixes


Format = TypeVar("Format", bound=FileFormat)
Value = TypeVar("Value")


def discovered(package: ModuleType, kind: type[Format]) -> tuple[Format, ...]:
    """The formats that the files of a folder define, by file name; those that are read come first."""
    names = sorted(name[:-3] for name in os.listdir(package.__path__[0]) if name.endswith(".py") and name != "__init__.py")
    modules = [import_module(f"{package.__name__}.{name}") for name in names]
    formats = {value.name: value for module in modules for value in vars(module).values() if isinstance(value, kind)}
    return tuple(sorted(formats.values(), key=lambda one: not one.is_read))


class Signatures(Generic[Value]):
    """What certain bytes at certain places prove. Those that begin a file are looked up by its first byte: texts have none."""

    def __init__(self, known: Iterable[tuple[int, bytes, Value]]) -> None:
        self._by_first_byte: dict[bytes, list[tuple[bytes, Value]]] = {}
        self._further_on = []
        for at, signature, value in known:
            if at:
                self._further_on.append((signature, at, value))
            else:
                self._by_first_byte.setdefault(signature[:1], []).append((signature, value))

    def find(self, head: bytes) -> Value | None:
        for signature, value in self._by_first_byte.get(head[:1], ()):
            if head.startswith(signature):
                return value
        for signature, at, value in self._further_on:
            if head.startswith(signature, at):
                return value
        return None


class Recogniser(Generic[Format]):
    """Finds the format of a file by its bytes. Signatures are compared first, since most files have one."""

    def __init__(self, formats: Iterable[Format]) -> None:
        self._signatures = Signatures((at, signature, one) for one in formats for at, signature in one.signatures)
        self._early = tuple((one.recognise, one) for one in formats if one.recognise and not one.asked_last)
        self._late = tuple((one.recognise, one) for one in formats if one.recognise and one.asked_last)
        self._weak = tuple((one.might_be, one) for one in formats if one.might_be)

    def early(self, head: bytes) -> Format | None:
        """The format that a file with these first bytes certainly has, apart from those that want to be asked last."""
        return self._signatures.find(head) or _first(self._early, head)

    def late(self, head: bytes) -> Format | None:
        return _first(self._late, head)

    def meant(self, data: bytes) -> Format | None:
        """The format that these bytes have, or else may have been meant to have."""
        return self.early(data) or self.late(data) or _first(self._weak, data)


def _first(asked: tuple[tuple[Callable[[bytes], bool], Format], ...], head: bytes) -> Format | None:
    for recognise, one in asked:
        if recognise(head):
            return one
    return None
