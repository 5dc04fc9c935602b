"""WAV, as RIFF, RIFX (big-endian) and RF64 (longer than 4 GiB)."""

from __future__ import annotations

import struct
from typing import Literal

from augcli.formats.audio.format import AudioFormat
from augcli.formats.audio.header import check_rate_and_channels, corrupt, truncated
from augcli.formats.bytes.riff import RiffChunk, chunks, form_of, without_peak_time

_UNKNOWN = 0x7FFF_F000  # sizes from here on mean "not known yet" in files written to a pipe (sox, ffmpeg)


def check(data: bytes) -> bytes:
    """Mend a header from a pipe, or of a recording that was never closed: its audio extends to the end of the file."""
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
        raise truncated("it has no audio data") if riff_size + 8 > len(data) else corrupt("the WAV file has no data chunk")
    there = len(data) - found.start
    if data.startswith(b"RF64"):
        size = long_size if found.size == 0xFFFF_FFFF else found.size
    elif found.size >= _UNKNOWN > there or (found.size == 0 < there and _never_closed(riff_size, found, len(data))):
        sizes = struct.pack(letter + "I", len(data) - 8), struct.pack(letter + "I", there)
        return data[:4] + sizes[0] + data[8 : found.start - 4] + sizes[1] + data[found.start :]
    else:
        size = found.size
    if size > there:
        raise truncated(f"the header declares {size:,} bytes of audio, but only {there:,} are present")
    return data


def _never_closed(riff_size: int, found: RiffChunk, length: int) -> bool:
    """Whether an empty data chunk only means that the size was never filled in. In an empty file, the sizes agree."""
    return riff_size == 0 or riff_size >= _UNKNOWN or riff_size + 8 <= found.start < length


WAV = AudioFormat(
    name="wav",
    title="WAV",
    suffixes=(".wav", ".wave"),
    recognise=lambda head: form_of(head) == b"WAVE",
    container="WAV",
    is_lossless=True,
    converted={"PCM_S8": "PCM_U8", **{name: name for name in ("PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW")}},
    choosable=True,
    check=check,
    finish=without_peak_time,
)
