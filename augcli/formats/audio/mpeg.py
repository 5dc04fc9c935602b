"""MPEG audio frames (MP3): recognise them, count them, check whether the last one is complete.

libsndfile estimates the length of a file that lacks a Xing header from its first frame's bit rate, and then reads only so
far: it can silently lose three quarters of a file with a variable rate. Counting costs 0.3 µs per frame of 26 ms.
"""

from __future__ import annotations

from typing import NamedTuple

from augcli.formats.audio.header import truncated

_KBITS = {  # bit rates by (MPEG-1, layer)
    (True, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}  # by version bits
_MOST_TAGS = 1000  # one after another; files have one
_SEARCH = 65_536  # how much may lie between a tag and the first frame, or within a damaged stream


class MpegFrame(NamedTuple):
    """One frame's header. `size` in bytes; `side` is where the side information ends (there a Xing header would begin)."""

    size: int
    layer: int
    side: int


def frame(data: bytes, at: int) -> MpegFrame | None:
    """The frame at `at`, or None if there is none. Needs 4 bytes."""
    if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] & 0xE0 != 0xE0:
        return None
    version, layer = data[at + 1] >> 3 & 3, 4 - (data[at + 1] >> 1 & 3)
    kbits, rate, pad = data[at + 2] >> 4, data[at + 2] >> 2 & 3, data[at + 2] >> 1 & 1
    if version == 1 or layer == 4 or kbits in (0, 15) or rate == 3:
        return None
    first = version == 3
    bits = _KBITS[first, layer][kbits] * 1000
    if layer == 1:
        size = (12 * bits // _RATES[version][rate] + pad) * 4
    else:
        size = (72 if layer == 3 and not first else 144) * bits // _RATES[version][rate] + pad
    mono = data[at + 3] >> 6 == 3
    return MpegFrame(size, layer, 4 + ((17 if mono else 32) if first else (9 if mono else 17)))


def first_frame(head: bytes) -> MpegFrame | None:
    """The first of two frames that fit together, in a file that may well be MPEG audio."""
    if head[:1] not in (b"\xff", b"\0") or head[:2] == b"\xff\xfe":  # FF FE is the byte order mark of UTF-16
        return None
    return frame(head, synchronise(head, 0))


def after_tags(data: bytes, at: int = 0) -> int:
    """The byte after the ID3v2 tags, which may lie beyond the end of `data`."""
    for _ in range(_MOST_TAGS):
        if not data.startswith(b"ID3", at) or at + 10 > len(data):
            break
        size = 0
        for byte in data[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        at += 10 + size + (10 if data[at + 5] & 0x10 else 0)
    return at


def synchronise(data: bytes, at: int, reach: int = _SEARCH) -> int:
    """Where, from `at` on, two frames of the same kind follow each other; -1 if nowhere.

    One is enough when it ends the data exactly, or stands at `at` itself and the data end before the next header.
    """
    begin, stop = at, min(len(data), at + reach)
    while (at := data.find(b"\xff", at, stop)) >= 0:
        found = frame(data, at)
        if found:
            following = at + found.size
            alone = following == len(data) or (at == begin and following + 4 > len(data))
            if alone or (frame(data, following) and _same_kind(data, at, following)):
                return at
        at += 1
    return -1


def _same_kind(data: bytes, one: int, other: int) -> bool:
    """Same version, layer and rate; bit rate, padding and checksum may differ from frame to frame."""
    return data[one + 1] | 1 == data[other + 1] | 1 and data[one + 2] & 0x0C == data[other + 2] & 0x0C


def check(data: bytes) -> bytes:
    """What libsndfile is to read: the data, with a Xing header that tells the true number of frames where it has none.

    Raises SampleError `audio.truncated` when the last frame is incomplete, or frames are fewer than the header promises.
    """
    start = synchronise(data, after_tags(data))
    first = frame(data, start) if start >= 0 else None
    if first is None or first.layer != 3:
        return data  # libsndfile may know better (free format), or will fail
    count = _count(data, start)
    tag = start + first.side
    if data[tag : tag + 4] in (b"Xing", b"Info") and int.from_bytes(data[tag + 4 : tag + 8], "big") & 1:
        promised = int.from_bytes(data[tag + 8 : tag + 12], "big")
        if promised > count:  # the frame with the Xing header is counted here, and by some writers
            raise truncated(f"the header declares {promised:,} frames, but only {count - 1:,} are present")
        # More than promised: files were concatenated, and the first one's header counts only its own frames.
        return data if promised == count - 1 else data[: tag + 8] + (count - 1).to_bytes(4, "big") + data[tag + 12 :]
    if data[start + 36 : start + 40] == b"VBRI":
        return data
    return _information(data[start : start + 4], first.side, count) + data[start:]


def _count(data: bytes, start: int) -> int:
    """The number of frames from `start` on, over damage in between. Fails when the last one is not whole."""
    at, count, sizes = start, 0, dict[int, int]()
    kind, rate = data[start + 1] | 1, data[start + 2] & 0x0C
    end = len(data)
    while at + 4 <= end:
        if data[at] == 0xFF and data[at + 1] | 1 == kind and data[at + 2] & 0x0C == rate:
            size = sizes.get(data[at + 2])
            if size is None:
                found = frame(data, at)
                size = sizes[data[at + 2]] = found.size if found else 0
            if size and at + size > end:
                raise truncated(f"the frame at byte {at:,} is incomplete")
            if size:
                at += size
                count += 1
                continue
        if data.startswith((b"TAG", b"APETAGEX", b"LYRICS"), at):
            break
        at = after_tags(data, at) if data.startswith(b"ID3", at) else synchronise(data, at)
        if at < 0:
            break
    return count


def _information(header: bytes, side: int, count: int) -> bytes:
    """A frame of silence with a Xing header: `count` frames follow. Its bit rate gives the 160 bytes that readers want."""
    for kbits in range(1, 15):
        head = bytes((header[0], header[1] | 1, kbits << 4 | header[2] & 0x0C, header[3]))
        found = frame(head, 0)
        if found and found.size >= side + 160:
            return (head + bytes(side - 4) + b"Xing" + (1).to_bytes(4, "big") + count.to_bytes(4, "big")).ljust(found.size, b"\0")
    raise AssertionError("the highest bit rates have room")
