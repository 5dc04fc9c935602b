"""Boxes of the ISO base media file format, which MP4, HEIC and AVIF share."""

from __future__ import annotations

from collections.abc import Iterator

from augcli.formats.bytes.riff import RiffChunk

_MOST_BOXES = 10_000  # files have three, or a few hundred for a sequence in fragments


def brands(head: bytes) -> tuple[bytes, ...]:
    """What a file says it is: its first brand, then those that it is compatible with; () for other files."""
    if head[4:8] != b"ftyp":
        return ()
    end = min(int.from_bytes(head[:4], "big"), len(head), 512)
    return (head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4)))


def boxes(data: bytes) -> Iterator[RiffChunk]:
    """The outermost boxes, the first 10,000 only. One that is cut short comes last, with the size it claims."""
    at, most = 0, _MOST_BOXES
    while at + 8 <= len(data) and (most := most - 1) >= 0:
        size, head = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = len(data) - at
        if size < head:
            return
        yield RiffChunk(data[at + 4 : at + 8], at + head, size - head)
        at += size
