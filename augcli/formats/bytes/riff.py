"""Chunk lists: RIFF (WAV, WebP), RIFX and IFF (AIFF) share one form: a four-letter name, a size, the content, a pad byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

_MOST_CHUNKS = 100_000


class RiffChunk(NamedTuple):
    """`start` is where the content begins; `size` is what the file claims, which may be more than there is."""

    name: bytes
    start: int
    size: int


def chunks(data: bytes, start: int = 12, order: Literal["little", "big"] = "little") -> Iterator[RiffChunk]:
    """The chunks from byte `start` to the end of the data. A truncated one comes last, with the size it claims.

    The first 100,000 only: files have a dozen, or one for each frame of an animation.
    """
    most = _MOST_CHUNKS
    while start + 8 <= len(data) and (most := most - 1) >= 0:
        size = int.from_bytes(data[start + 4 : start + 8], order)
        yield RiffChunk(data[start : start + 4], start + 8, size)
        start += 8 + size + (size & 1)


def form_of(head: bytes) -> bytes:
    """What a RIFF file holds: b"WAVE", b"WEBP" ...; b"" for other files."""
    return head[8:12] if head[:4] in (b"RIFF", b"RIFX", b"RF64") else b""


def chunk_of(name: bytes, content: bytes) -> bytes:
    """A chunk of a little-endian file, padded to an even length."""
    return name + len(content).to_bytes(4, "little") + content + bytes(len(content) & 1)


def without_peak_time(data: bytes, subtype: str) -> bytes:
    """Zero the time of writing, which libsndfile puts into the PEAK chunk of float files: same samples, same bytes."""
    if subtype not in ("FLOAT", "DOUBLE"):
        return data
    order: Literal["little", "big"] = "big" if data.startswith((b"RIFX", b"FORM")) else "little"
    for name, start, _ in chunks(data, 12, order):
        if name == b"PEAK":
            return data[: start + 4] + bytes(4) + data[start + 8 :]
        if name in (b"data", b"SSND"):
            break
    return data
