"""JSON Lines in blocks. A line that is broken is found when its block is read, unless all have to be parsed before."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import Any

from augcli.core.pipeline.settings import Input, Limits
from augcli.core.values.outcome import SampleError
from augcli.dataset.layouts.blocks.outline import (
    Block,
    BlockLayout,
    BlockRow,
    Outline,
    changed,
    decoded,
    digest_of,
    in_blocks,
    of_pieces,
    row_hash,
    written_in,
)
from augcli.dataset.layouts.json_lines import Keys, Member, keys_of, parsed_line, text_of
from augcli.dataset.layouts.rows import unique
from augcli.dataset.layouts.table import ID_NAMES, LABEL_NAMES
from augcli.formats.text import codec as text_format

_BLANK = " \t\r"
_NEWLINE = re.compile(r"\r\n|\n|\r")


@cache
def _may_have(names: tuple[str, ...]) -> re.Pattern[str]:
    """What stands in a line that has one of these keys: its name, or an escape in something that may be a key."""
    return re.compile(rf'"\s*(?:{"|".join(names)})\s*"\s*:|\\[^"]*"\s*:', re.IGNORECASE)


class ObjectRow(BlockRow):
    """A line, and the members of its object that a copy changes."""

    __slots__ = ("_own_id", "_shared", "_text", "raw")

    def __init__(self, raw: str, number: int, outline: Outline) -> None:
        shared, keys = outline.shared, Keys(*outline.shared["keys"])
        item = parsed_line(raw, number + 1)
        assert item is not None  # blank lines are no samples
        self.raw, self.number, self._shared = raw, number, shared
        self.content, self.trouble = text_of(item, raw, number + 1, keys.text)
        members = item if isinstance(item, dict) else {}
        label, own_id = members.get(keys.label), members.get(keys.id)
        self.label = label.scalar(raw) if label is not None else None
        own = own_id.scalar(raw) if own_id is not None else None
        self._text, self._own_id = members.get(keys.text), own_id if own is not None else None
        self.name = outline.names.get(number) or own or f"{number:03d}"
        self.hash = row_hash(raw.encode("utf-8", "surrogatepass"), self.name, number, outline.digest)

    def fragment(self, content: str, copy: int) -> bytes:
        """The id becomes the row's name plus the copy's mark, a string even if it was a number."""
        assert self._text is not None
        raw = self.raw
        changes = [(self._text, content)]
        if self._own_id is not None:
            changes.append((self._own_id, f"{self.name}__aug{copy}"))
        for member, value in sorted(changes, key=lambda change: -change[0].start):
            if value != member.value:
                raw = raw[: member.start] + self._written(value, raw[member.start : member.end]) + raw[member.end :]
        return self._line(raw)

    def original(self) -> bytes:
        return self._line(self.raw)

    def _line(self, raw: str) -> bytes:
        return text_format.encode(raw + self._shared["newline"], written_in(self._shared))

    def _written(self, value: str, before: str) -> str:
        """Write a value as JSON, escaped the way the original value was."""
        written = json.dumps(value, ensure_ascii=self._shared["ascii"] or (before.isascii() and "\\u" in before))
        return written.replace("/", "\\/") if "\\/" in before else written


class ObjectLineBlocks(BlockLayout):
    """Each line that is not blank is a sample."""

    def outline(self, data: bytes, kind: str, settings: Input, limits: Limits, with_labels: bool = False) -> Outline:
        text, lying = text_format.decode(data, limits, settings.text.encoding)
        ending = _NEWLINE.search(text)
        newline = ending.group() if ending else "\n"
        lines = _lines(text, newline)
        numbers = [number for number, line in enumerate(lines) if line.strip(_BLANK)]
        keys = _keys(text, lines, numbers, settings)
        shared = {
            "encoding": lying.encoding,
            "bom": lying.bom,
            "newline": newline,
            "ascii": text.isascii(),
            "keys": list(keys),
            "head": "",
        }
        names: dict[int, str] = {}
        labels: Mapping[str | None, int] | None = None
        if keys.id or (with_labels and keys.label):
            names, labels = _looked_through(lines, numbers, keys)
        elif with_labels:
            labels = {None: len(numbers)}
        return Outline(_cut(data, lines, numbers, shared), names, shared, digest_of(shared), labels if with_labels else None)

    def read_block(self, data: bytes, block: Block, outline: Outline) -> list[BlockRow]:
        lines = _lines(decoded(data, block, outline.shared), outline.shared["newline"])
        found = [(number, line) for number, line in enumerate(lines, block.first) if line.strip(_BLANK)]
        if len(found) != block.samples:
            raise changed()
        return [ObjectRow(line.removesuffix("\r"), number, outline) for number, line in found]


def _lines(text: str, newline: str) -> list[str]:
    """The lines, which may still end with a carriage return."""
    return text.split("\r" if newline == "\r" else "\n")


def _objects(lines: Sequence[str], numbers: Sequence[int]) -> Iterator[Any]:
    for number in numbers:
        yield parsed_line(lines[number].removesuffix("\r"), number + 1)


def _keys(text: str, lines: Sequence[str], numbers: Sequence[int], settings: Input) -> Keys:
    """What keys_of() finds in all lines, from as few as that takes."""
    first = next((item for item in _objects(lines, numbers) if isinstance(item, dict)), None)
    if first is not None:
        try:
            keys = keys_of([first], settings.table)
        except SampleError:
            pass  # a later line may have what this one lacks
        else:
            asked = settings.table
            missing: tuple[str, ...] = LABEL_NAMES if not keys.label and asked.label is None else ()
            missing += ID_NAMES if not keys.id and asked.id is None else ()
            if not missing or not (pattern := _may_have(missing)).search(text):
                return keys
            others = [number for number in numbers if pattern.search(lines[number])]
            return keys_of([first, *_objects(lines, others)], settings.table)
    return keys_of(list(_objects(lines, numbers)), settings.table)


def _looked_through(lines: Sequence[str], numbers: Sequence[int], keys: Keys) -> tuple[dict[int, str], Mapping[str | None, int]]:
    """Names that do not stand in their lines, and the samples of each class."""
    own: list[str] = []
    labels: Counter[str | None] = Counter()
    for number, item in zip(numbers, _objects(lines, numbers), strict=True):
        members: dict[str, Member] = item if isinstance(item, dict) else {}
        raw = lines[number]
        label, own_id = members.get(keys.label), members.get(keys.id)
        labels[label.scalar(raw) if label is not None else None] += 1
        own.append((own_id.scalar(raw) if own_id is not None else None) or f"{number:03d}")
    made = unique(own)
    return {number: name for number, name, before in zip(numbers, made, own, strict=True) if name != before}, dict(labels)


def _cut(data: bytes, lines: Sequence[str], numbers: Sequence[int], shared: Mapping[str, Any]) -> tuple[Block, ...]:
    mark = "\r" if shared["newline"] == "\r" else "\n"
    if not text_format.is_bytewise(shared["encoding"]):
        pieces = ["", *[line + mark for line in lines[:-1]], lines[-1]]
        return of_pieces(data, pieces, numbers, shared)
    encoded = data.split(mark.encode())
    ends = list(accumulate(len(line) + 1 for line in encoded))
    bom = len(text_format.encode("", written_in(shared)._replace(bom=shared["bom"])))
    starts = [ends[number - 1] if number else bom for number in numbers]
    return in_blocks(numbers, starts, [ends[number] - 1 for number in numbers])
