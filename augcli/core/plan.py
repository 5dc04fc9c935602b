"""What a run makes: sources, units, their names and fingerprints. Pure; the engine supplies what it finds."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from hashlib import blake2b, sha256
from typing import Any, NamedTuple

from augcli.core.draws.keys import SCHEME, encode_coordinates

ORIGINAL = -1  # the copy number of an unchanged original
EVERY_COPY = -2  # stands for all copies of a source if one failure affects them all


class Source(NamedTuple):
    """One sample. `id` never holds the root; `path` is where its file lies below root number `root`."""

    id: str
    root: int
    path: str
    modality: str
    kind: str  # what the file is: jpeg, wav, txt, csv …
    size: int
    mtime_ns: int
    stem: str  # output path without mark and suffix; for rows, the document's path
    suffix: str  # of the outputs
    split: str = ""
    label: str | None = None
    row: int = -1  # which row of a table; -1 for a file
    content: str = ""  # the text of a row
    trouble: tuple[str, str] | None = None  # a failure known before reading: code and message


class Readable(NamedTuple):
    """A source that can be read anywhere: `place` is the absolute path of its file, or the bytes themselves."""

    source: Source
    place: str | bytes


class Fingerprint(NamedTuple):
    """What tells whether an output is up to date, as four numbers of 64 bits; nothing is drawn or opened to compare it.

    `signature` changes with the steps and the output options, `name` with the output's name, `source` with the file (or,
    of a row, the row), `others` with the files of the partners (of a row, its document).
    """

    signature: int = 0
    name: int = 0
    source: int = 0
    others: int = 0

    def failed(self, reading: int) -> Fingerprint:
        """That of a failure. Wider limits may let the unit through, so it depends on whatever decides what can be read."""
        return self._replace(signature=self.signature ^ reading)


class Unit(NamedTuple):
    """One planned output. Its partners and its fingerprint are chosen once, when its task is handed out."""

    source: Source
    copy: int
    output: str  # path below the output folder
    partners: tuple[Readable | None, ...] = ()  # one for each place that the pipeline has; None where nothing fits
    fingerprint: Fingerprint | None = None
    word: int = 0  # what the state looks it up by

    @property
    def id(self) -> str:
        return unit_id(self.source.id, self.copy)


class Task(NamedTuple):
    """One source and the outputs to be made of it: all that a worker must know, wherever it runs."""

    readable: Readable
    units: tuple[Unit, ...]
    whole: Fingerprint = Fingerprint()  # of a failure that is the end of all copies
    whole_word: int = 0

    @property
    def source(self) -> Source:
        return self.readable.source


def normal_form(path: str) -> str:
    """The path as used in ids: in NFC, so that a tree gives the same draws on whatever system its names were written."""
    return path if path.isascii() else unicodedata.normalize("NFC", path)


def unit_id(source_id: str, copy: int) -> str:
    return f"{source_id}@{ {ORIGINAL: 'original', EVERY_COPY: '*'}.get(copy, copy) }"


def word(*parts: str | int | bytes) -> int:
    """64 bits that stand for something, such as a source or a name, in columns."""
    return int.from_bytes(blake2b(encode_coordinates(*parts), digest_size=8).digest(), "big")


def parted(path: str) -> tuple[str, str]:
    """A path without its suffix, and the suffix with its dot; a name like `.hidden` has none."""
    folder, slash, name = path.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    return (f"{folder}{slash}{stem}", f"{dot}{suffix}") if stem else (path, "")


def copy_name(stem: str, copy: int, suffix: str) -> str:
    """`a__aug0.jpg`; names too long for a file system are cut and marked with 8 hex digits of a hash of the whole."""
    folder, slash, name = stem.rpartition("/")
    ending = f"__aug{copy}{suffix}"
    if len(name) + len(ending) <= 63:  # fits in 255 bytes, whatever the characters
        return f"{stem}{ending}"
    data = name.encode("utf-8", "surrogateescape")
    if len(data) + len(ending.encode()) > 255:
        ending = f"-{sha256(data).hexdigest()[:8]}{ending}"
        name = data[: 255 - len(ending.encode())].decode("utf-8", "ignore")
    return f"{folder}{slash}{name}{ending}"


def signature(modality_steps: Sequence[Any], options: Any, seed: int, backend: str, kernel_version: int) -> int:
    """64 bits that change if anything in the pipeline that affects outputs of this modality changes."""
    text = json.dumps(
        [SCHEME, seed, backend, kernel_version, [step.signature() for step in modality_steps], options], sort_keys=True
    )
    return word(text)


def partners_word(partners: Sequence[Source | None]) -> int:
    """64 bits that change if another partner is chosen or the file of one changes."""
    parts: list[str | int] = []
    for partner in partners:
        parts += [partner.id, partner.size, partner.mtime_ns, partner.label or ""] if partner else [0]
    return word(*parts)
