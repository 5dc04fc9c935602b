"""What every file format says about itself: its names, and how its files are recognised by their first bytes.

These values are light. What decodes and encodes is imported when the first file of a format is opened, so detection and
`augcli check` can ask them at no cost.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import TypeVar


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

    def proves(self, head: bytes) -> bool:
        """Whether a file that begins with these bytes is certainly of this format."""
        if any(head.startswith(signature, at) for at, signature in self.signatures):
            return True
        return self.recognise is not None and self.recognise(head)

    @property
    def known_suffixes(self) -> frozenset[str]:
        return frozenset(self.suffixes + self.read_suffixes)


Format = TypeVar("Format", bound=FileFormat)


def discovered(package: ModuleType, kind: type[Format]) -> tuple[Format, ...]:
    """The formats that the files of a folder define, by file name; those that are read come first."""
    modules = [import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__)]
    formats = {value.name: value for module in modules for value in vars(module).values() if isinstance(value, kind)}
    return tuple(sorted(formats.values(), key=lambda one: not one.is_read))


def of_data(data: bytes, formats: tuple[Format, ...]) -> Format | None:
    """The format that these bytes prove, or else may have been meant as."""
    for certain in sorted(formats, key=lambda one: one.asked_last):
        if certain.proves(data):
            return certain
    return next((one for one in formats if one.might_be is not None and one.might_be(data)), None)
