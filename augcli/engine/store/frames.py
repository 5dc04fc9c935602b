"""Frames: the checksummed blocks of bytes that the state file consists of.

A frame begins with a magic number that no body contains, and a header with two checksums: of the header, and of the body.
The body has three parts: columns (arrays, read without parsing), record lines, and a private part. Whatever happens to the
file, a frame is either read exactly as it was written or recognised as damaged, and after damage the next magic number is
found again.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from augcli.dataset.walk import STATE_MAGIC

MAGIC = STATE_MAGIC
_HEAD = struct.Struct("<9scBQ5I")  # magic, kind, flags, sequence; stored bytes, columns, records, private; CRC-32 of the body
_HEADER_BYTES = _HEAD.size + 4  # and the CRC-32 of all that
_PACKED = 1  # the body is deflated, because it contained the magic number
_MOST_UNPACKED = 1 << 28  # bytes; a few hundred of them can stand for as much memory as one likes

Buffer = bytes | mmap.mmap


class Body(NamedTuple):
    """What is in a frame. Record lines follow a line break and each ends with one, so that `grep` finds them."""

    kind: str  # one letter
    columns: bytes = b""
    records: bytes = b""
    private: bytes = b""


class StateFrame(NamedTuple):
    """A frame that was found intact: where its body lies in the file, and how long the parts are."""

    kind: str
    sequence: int
    offset: int  # of the header
    start: int  # of the body
    stop: int
    columns: int
    records: int
    packed: bool

    def body(self, buffer: Buffer) -> Body:
        """The parts, from the buffer that the frame was found in."""
        data = buffer[self.start : self.stop]
        parts = zlib.decompress(data) if self.packed else data  # of the length that the header says, or it were no frame
        middle = self.columns + self.records
        return Body(self.kind, parts[: self.columns], parts[self.columns : middle], parts[middle:])


class Damage(NamedTuple):
    """Bytes that belong to no frame; none where a whole frame is missing."""

    start: int
    stop: int


def pack(body: Body, sequence: int, offset: int = 0) -> tuple[bytes, StateFrame]:
    """The bytes of one frame, and the frame as it is found where they are written at this offset."""
    data, packed = b"".join(body[1:]), False
    columns, records, private = len(body.columns), len(body.records), len(body.private)
    if MAGIC in data:
        data, packed = zlib.compress(data, 1), True
    flags = _PACKED if packed else 0
    head = _HEAD.pack(MAGIC, body.kind.encode("ascii"), flags, sequence, len(data), columns, records, private, zlib.crc32(data))
    start = offset + _HEADER_BYTES
    frame = StateFrame(body.kind, sequence, offset, start, start + len(data), columns, records, packed)
    return b"".join((head, zlib.crc32(head).to_bytes(4, "little"), data)), frame


def scan(buffer: Buffer, start: int = 0, sequence: int = 0) -> Iterator[StateFrame | Damage]:
    """Every frame from `start` on, in order, and what lies between them; `sequence` is the number of the first one.

    Frames that were there before (a piece of the file written twice) count as damage, as do numbers that are missing.
    """
    at = lost = start
    while 0 <= at < len(buffer):
        frame = _frame(buffer, at)
        if frame is None or frame.sequence < sequence:
            at = buffer.find(MAGIC, at + 1)
            continue
        if lost < at or frame.sequence > sequence:
            yield Damage(lost, at)
        yield frame
        at = lost = frame.stop
        sequence = frame.sequence + 1
    if lost < len(buffer):
        yield Damage(lost, len(buffer))


def _frame(buffer: Buffer, at: int) -> StateFrame | None:
    """The frame that begins here, if it is intact."""
    head = buffer[at : at + _HEADER_BYTES]
    if len(head) < _HEADER_BYTES or head[:9] != MAGIC or zlib.crc32(head[:-4]) != int.from_bytes(head[-4:], "little"):
        return None
    _, kind, flags, sequence, stored, columns, records, private, checksum = _HEAD.unpack(head[:-4])
    start = at + _HEADER_BYTES
    body = buffer[start : start + stored]
    if len(body) < stored or zlib.crc32(body) != checksum:
        return None
    if (_unpacked_bytes(body, columns + records + private) if flags & _PACKED else stored) != columns + records + private:
        return None
    return StateFrame(
        kind.decode("ascii", "replace"), sequence, at, start, start + stored, columns, records, bool(flags & _PACKED)
    )


def _unpacked_bytes(body: bytes, expected: int) -> int:
    """How long a deflated body is; -1 where it is longer than expected, or cannot be inflated."""
    if expected > _MOST_UNPACKED:
        return -1
    inflate = zlib.decompressobj()
    try:
        length = len(inflate.decompress(body, expected + 1))
    except zlib.error:
        return -1
    return length if inflate.eof else -1
