"""FLAC."""

from __future__ import annotations

from augcli.formats.audio.format import AudioFormat
from augcli.formats.audio.header import truncated
from augcli.formats.audio.mpeg import after_tags


def check(data: bytes) -> bytes:
    """The blocks before the audio must be complete. The audio itself is checked by its sample count when decoded."""
    at, last = after_tags(data) + 4, False
    while not last:
        if at + 4 > len(data):
            raise truncated("the header is incomplete")
        last = bool(data[at] & 0x80)
        at += 4 + int.from_bytes(data[at + 1 : at + 4], "big")
    if at > len(data):
        raise truncated("the header is incomplete")
    return data


FLAC = AudioFormat(
    name="flac",
    title="FLAC",
    suffixes=(".flac",),
    recognise=lambda head: head.startswith(b"fLaC", after_tags(head)),  # some taggers put ID3 before it
    container="FLAC",
    is_lossless=True,
    converted={"PCM_U8": "PCM_S8", "PCM_S8": "PCM_S8", **dict.fromkeys(("PCM_24", "PCM_32", "FLOAT", "DOUBLE"), "PCM_24")},
    choosable=True,
    check=check,
)
