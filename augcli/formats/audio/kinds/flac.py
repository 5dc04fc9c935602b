"""FLAC."""

from __future__ import annotations

from augcli.formats.audio.format import AudioFormat
from augcli.formats.audio.header import corrupt, truncated
from augcli.formats.audio.mpeg import after_tags

_MOST_BLOCKS = 10_000  # files have a dozen


def check(data: bytes) -> bytes:
    """The blocks before the audio must be complete. The audio itself is checked by its sample count when decoded."""
    at, last, blocks = after_tags(data) + 4, False, 0
    while not last:
        blocks += 1
        if blocks > _MOST_BLOCKS:
            raise corrupt(f"more than {_MOST_BLOCKS:,} blocks before the audio")
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
