"""WAV, AIFF and FLAC as containers: libsndfile reads what is there of a file that is cut off, and says nothing.

Each check either fails, or gives the bytes that libsndfile is to read: nearly always the very same object.
"""

from __future__ import annotations

import struct
from typing import Literal

from augcli.formats.audio.header import check_rate_and_channels, corrupt, truncated
from augcli.formats.audio.mpeg import after_tags
from augcli.formats.bytes.riff import RiffChunk, chunks

_UNKNOWN = 0x7FFF_F000  # sizes from here on are how writers to a pipe (sox, ffmpeg) say "I cannot know yet"


def check_wav(data: bytes) -> bytes:
    """RIFF, RIFX and RF64. A header from a pipe, or of a recording never closed, is mended: the sound goes on to the end."""
    order: Literal["little", "big"] = "big" if data.startswith(b"RIFX") else "little"
    letter = ">" if order == "big" else "<"
    riff_size = int.from_bytes(data[4:8], order)
    long_size, found = 0, None
    for chunk in chunks(data, 12, order):
        if chunk.name == b"fmt " and chunk.start + 8 <= len(data):
            channels, rate = struct.unpack_from(letter + "HI", data, chunk.start + 2)
            check_rate_and_channels(rate, channels)
        elif chunk.name == b"ds64" and chunk.start + 16 <= len(data):
            long_size = int.from_bytes(data[chunk.start + 8 : chunk.start + 16], "little")
        elif chunk.name == b"data":
            found = chunk
            break
    if found is None:
        raise truncated("it has no sound") if riff_size + 8 > len(data) else corrupt("a WAV file without a data chunk")
    there = len(data) - found.start
    if data.startswith(b"RF64"):
        size = long_size if found.size == 0xFFFF_FFFF else found.size
    elif found.size >= _UNKNOWN > there or (found.size == 0 < there and _never_closed(riff_size, found, len(data))):
        sizes = struct.pack(letter + "I", len(data) - 8), struct.pack(letter + "I", there)
        return data[:4] + sizes[0] + data[8 : found.start - 4] + sizes[1] + data[found.start :]
    else:
        size = found.size
    if size > there:
        raise truncated(f"the header promises {size:,} bytes of sound, there are {there:,}")
    return data


def _never_closed(riff_size: int, found: RiffChunk, length: int) -> bool:
    """Whether an empty data chunk only means that nobody went back to write the size. An empty file's sizes agree."""
    return riff_size == 0 or riff_size >= _UNKNOWN or riff_size + 8 <= found.start < length


def check_aiff(data: bytes) -> bytes:
    for name, start, size in chunks(data, 12, "big"):
        if name == b"COMM" and start + 2 <= len(data):
            check_rate_and_channels(48_000, int.from_bytes(data[start : start + 2], "big"))
        if name == b"SSND":
            if start + size > len(data):
                raise truncated(f"the header promises {size:,} bytes of sound, there are {len(data) - start:,}")
            return data
    if int.from_bytes(data[4:8], "big") + 8 > len(data):
        raise truncated("it has no sound")
    return data  # legal without sound: no frames


def check_flac(data: bytes) -> bytes:
    """The blocks before the sound must be whole. The sound itself is checked by its count of samples when it is decoded."""
    at, last = after_tags(data) + 4, False
    while not last:
        if at + 4 > len(data):
            raise truncated("the header is not whole")
        last = bool(data[at] & 0x80)
        at += 4 + int.from_bytes(data[at + 1 : at + 4], "big")
    if at > len(data):
        raise truncated("the header is not whole")
    return data


def without_time(data: bytes, order: Literal["little", "big"]) -> bytes:
    """Zero the time of writing that libsndfile puts into the PEAK chunk of float files: same samples, same bytes."""
    for name, start, _ in chunks(data, 12, order):
        if name == b"PEAK":
            return data[: start + 4] + bytes(4) + data[start + 8 :]
        if name in (b"data", b"SSND"):
            break
    return data
