"""Pages of a TIFF: each as a file of its own, and files put together as pages."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from augcli.core.values.outcome import SampleError
from augcli.formats.image.header import truncated

_SUBFILE, _REDUCED_OR_MASK = 254, 0b101
_DATA = (273, 324)  # where strips and tiles begin
_DIRECTORIES = (34665, 34853, 40965)  # EXIF, GPS, interoperability
_WIDTHS = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}  # bytes of a value, by its type; the others take one


def split(data: bytes, most: int) -> Iterator[bytes]:
    """The file once for each page, with that page alone in it; at most one more than `most`.

    Reduced copies of a page and masks are no pages, unless they come first. Fails with `image.truncated`.
    """
    order = "<" if data[:1] == b"I" else ">"
    big = data[2:4] in (b"+\0", b"\0+")
    first, number, size, at = (8, "Q", 20, 8) if big else (4, "I", 12, 4)
    width, entries = struct.calcsize(number), "Q" if big else "H"
    seen: set[int] = set()
    pages = 0
    try:
        (start,) = struct.unpack_from(order + number, data, at)
        while start and start not in seen and pages <= most:
            seen.add(start)
            (count,) = struct.unpack_from(order + entries, data, start)
            begin = start + struct.calcsize(entries)
            after = begin + size * count
            (follows,) = struct.unpack_from(order + number, data, after)
            if pages == 0 or not _kind(data, order, range(begin, after, size), size) & _REDUCED_OR_MASK:
                pages += 1
                lone = struct.pack(order + number, start)
                yield b"".join((data[:first], lone, data[first + width : after], bytes(width), data[after + width :]))
            start = follows
    except struct.error:
        raise truncated("the directory of a page lies beyond the end of the file") from None


def _kind(data: bytes, order: str, entries: range, size: int) -> int:
    """The bits of a page's NewSubfileType."""
    for at in entries:
        tag, kind = struct.unpack_from(order + "HH", data, at)
        if tag == _SUBFILE:
            return int(struct.unpack_from(order + ("H" if kind == 3 else "I"), data, at + size // 2 + 2)[0])
        if tag > _SUBFILE:
            break
    return 0


def joined(files: list[bytes]) -> bytes:
    """One file with a page of each; all are little-endian TIFFs of one page. Fails with `encode.too_large` from 4 GiB on."""
    if sum(len(file) + 8 for file in files) >= 1 << 32:
        raise SampleError("encode.too_large", "its pages would exceed the 4 GiB limit of a TIFF", "encode")
    whole = bytearray()
    link = 4  # where the offset of the next page's directory stands
    for file in files:
        whole += bytes(len(whole) & 1)
        base = len(whole)
        whole += file
        (start,) = struct.unpack_from("<I", file, 4)
        if base:
            struct.pack_into("<I", whole, link, base + start)
        link = _move(whole, base + start, base)
    return bytes(whole)


def _move(whole: bytearray, start: int, base: int) -> int:
    """Add `base` to every offset in the directory at `start`; where the offset of the next one stands."""
    end: int = start + 2 + 12 * struct.unpack_from("<H", whole, start)[0]
    for at in range(start + 2, end, 12):
        tag, kind, number, value = struct.unpack_from("<HHII", whole, at)
        inside = number * _WIDTHS.get(kind, 1) <= 4
        if tag in _DATA:
            values = struct.unpack_from(f"<{number}{'H' if kind == 3 else 'I'}", whole, at + 8 if inside else base + value)
            moved = struct.pack(f"<{number}I", *(value + base for value in values))
            where = at + 8
            if number > 1:  # short offsets may have outgrown their place, so all go to the end
                where = len(whole)
                whole += moved
                struct.pack_into("<I", whole, at + 8, where)
            struct.pack_into("<HHI", whole, at, tag, 4, number)
            whole[where : where + len(moved)] = moved
        elif tag in _DIRECTORIES:
            struct.pack_into("<I", whole, at + 8, value + base)
            _move(whole, value + base, base)
        elif not inside:
            struct.pack_into("<I", whole, at + 8, value + base)
    return end
