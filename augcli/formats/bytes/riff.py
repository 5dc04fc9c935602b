"""Chunk lists: RIFF (WAV, WebP), RIFX and IFF (AIFF) share one form: a four-letter name, a size, the content, a pad byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple


class RiffChunk(NamedTuple):
    """`start` is where the content begins; `size` is what the file claims, which may be more than there is."""

    name: bytes
    start: int
    size: int


def chunks(data: bytes, start: int = 12, order: Literal["little", "big"] = "little") -> Iterator[RiffChunk]:
    """The chunks from byte `start` to the end of the data. One that is cut short comes last, with the size it claims."""
    while start + 8 <= len(data):
        size = int.from_bytes(data[start + 4 : start + 8], order)
        yield RiffChunk(data[start : start + 4], start + 8, size)
        start += 8 + size + (size & 1)
