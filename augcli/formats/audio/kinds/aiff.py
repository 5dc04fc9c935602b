"""AIFF and AIFF-C."""

from __future__ import annotations

from augcli.formats.audio.format import AudioFormat
from augcli.formats.audio.header import check_rate_and_channels, truncated
from augcli.formats.bytes.riff import chunks, without_peak_time


def check(data: bytes) -> bytes:
    for name, start, size in chunks(data, 12, "big"):
        if name == b"COMM" and start + 2 <= len(data):
            check_rate_and_channels(48_000, int.from_bytes(data[start : start + 2], "big"))
        if name == b"SSND":
            if start + size > len(data):
                raise truncated(f"the header declares {size:,} bytes of audio, but only {len(data) - start:,} are present")
            return data
    if int.from_bytes(data[4:8], "big") + 8 > len(data):
        raise truncated("it has no audio data")
    return data  # legal without audio: no frames


AIFF = AudioFormat(
    name="aiff",
    title="AIFF",
    suffixes=(".aiff", ".aif", ".aifc"),
    recognise=lambda head: head.startswith(b"FORM") and head[8:12] in (b"AIFF", b"AIFC"),
    container="AIFF",
    is_lossless=True,
    check=check,
    finish=without_peak_time,
)
