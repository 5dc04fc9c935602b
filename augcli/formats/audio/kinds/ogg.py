"""Ogg with Vorbis or Opus in it: checked to its last page, and written under a fixed serial number, so that the same audio is the
same bytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import NamedTuple

from augcli.formats.audio.format import AudioFormat
from augcli.formats.audio.header import truncated

_SERIAL = b"augc"  # libsndfile draws one at random
_END = 4  # flag of the last page

# Ogg's CRC-32 has zlib's polynomial with the bits of every byte the other way round, and neither start nor final XOR.
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class _Page(NamedTuple):
    start: int
    stop: int  # past the data's end when the page is cut off
    flags: int


def _pages(data: bytes) -> Iterator[_Page]:
    at = 0
    while data.startswith(b"OggS", at):
        lacing = data[at + 27 : at + 27 + data[at + 26]] if at + 27 <= len(data) else b""
        stop = at + 27 + len(lacing) + sum(lacing)
        whole = at + 27 <= len(data) and len(lacing) == data[at + 26]
        yield _Page(at, stop if whole else len(data) + 1, data[at + 5] if at + 5 < len(data) else 0)
        at = stop


def check(data: bytes) -> bytes:
    """The data; fails if a page is truncated or none is marked as the last."""
    ended = False
    for page in _pages(data):
        if page.stop > len(data):
            raise truncated(f"the Ogg page at byte {page.start:,} is incomplete")
        ended = ended or bool(page.flags & _END)
    if not ended:
        raise truncated("no Ogg page is marked as the last")
    return data


def _checksum(page: bytes | bytearray) -> bytes:
    mirrored = zlib.crc32(page.translate(_MIRRORED), 0xFFFF_FFFF) ^ 0xFFFF_FFFF
    return mirrored.to_bytes(4, "big").translate(_MIRRORED)


def renumbered(data: bytes, subtype: str) -> bytes:
    """The same stream with a fixed serial number and new checksums."""
    changed = bytearray(data)
    for page in _pages(data):
        changed[page.start + 14 : page.start + 18] = _SERIAL
        changed[page.start + 22 : page.start + 26] = bytes(4)
        changed[page.start + 22 : page.start + 26] = _checksum(changed[page.start : page.stop])
    return bytes(changed)


def first_packet(head: bytes) -> bytes:
    """What the first packet of an Ogg stream begins with, which tells the codec; b"" for other files."""
    return head[27 + head[26] :] if head.startswith(b"OggS") and len(head) > 26 else b""


OGG = AudioFormat(
    name="ogg",
    title="Ogg Vorbis",
    suffixes=(".ogg", ".oga"),
    recognise=lambda head: head.startswith(b"OggS"),
    asked_last=True,  # whatever else Ogg may hold is told by its first packet
    container="OGG",
    usual_subtype="VORBIS",
    check=check,
    finish=renumbered,
)
OPUS = AudioFormat(
    name="opus",
    title="Opus",
    suffixes=(".opus", ".ogg"),
    recognise=lambda head: first_packet(head).startswith(b"OpusHead"),
    container="OGG",
    usual_subtype="OPUS",
    check=check,
    finish=renumbered,
)
