"""Pages of a TIFF: each as a file of its own, and files put together as pages."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from augcli.core.values.outcome import SampleError
from augcli.formats.image.header import truncated

_SUBFILE, _REDUCED_OR_MASK = 254, 0b101
_DATA = (273, 324)  # where strips and tiles begin
_SIZES = {273: 279, 324: 325}  # how many bytes they take
_DIRECTORIES = (34665, 34853, 40965)  # EXIF, GPS, interoperability
_ELSEWHERE = frozenset({288, 330, 512, 513, 519, 520, 521})  # free space, further directories, JPEG of the old kind: more offsets
_WIDTHS = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}  # bytes of a value; others take one

_INTEGERS = {1: "B", 3: "H", 4: "I", 16: "Q"}
_MOST_BELOW = 4  # directories of one page


class _Form(NamedTuple):
    """How numbers are written in a TIFF: of 4 GiB or, as BigTIFF, of any size."""

    order: str
    number: str  # of an offset, as struct spells it
    tally: str  # of how many entries a directory has
    entry: int  # bytes
    first: int  # where the offset of the first directory stands

    @classmethod
    def of(cls, data: bytes) -> _Form:
        order = "<" if data[:1] == b"I" else ">"
        return cls(order, "Q", "Q", 20, 8) if data[2:4] in (b"+\0", b"\0+") else cls(order, "I", "H", 12, 4)

    @property
    def width(self) -> int:
        return struct.calcsize(self.number)

    def at(self, data: bytes, place: int, number: str = "") -> int:
        return int(struct.unpack_from(self.order + (number or self.number), data, place)[0])

    def entries(self, data: bytes, start: int) -> range:
        """Where the entries of the directory at `start` stand; the offset of the next directory follows them."""
        begin = start + struct.calcsize(self.tally)
        return range(begin, begin + self.entry * self.at(data, start, self.tally), self.entry)


def count(data: bytes, most: int) -> int:
    """How many directories follow one another, up to `most`. Fails with `image.truncated`."""
    return sum(1 for _ in islice(_starts(data, _Form.of(data)), most))


def _starts(data: bytes, form: _Form) -> Iterator[int]:
    """Where the directories begin; a chain that comes back to itself ends there."""
    seen: set[int] = set()
    try:
        start = form.at(data, form.first)
        while start and start not in seen:
            seen.add(start)
            yield start
            start = form.at(data, form.entries(data, start).stop)
    except struct.error:
        raise truncated("the directory of a page lies beyond the end of the file") from None


def split(data: bytes, most: int) -> Iterator[bytes]:
    """Each page as a file of its own; at most one more than `most`.

    Reduced copies of a page and masks are no pages, unless they come first. Fails with `image.truncated`.
    """
    form, pages = _Form.of(data), 0
    for start in _starts(data, form):
        if pages > most:
            return
        if pages == 0 or not _kind(data, form, start) & _REDUCED_OR_MASK:
            pages += 1
            yield _alone(data, form, start) or _first(data, form, start)


def _first(data: bytes, form: _Form, start: int) -> bytes:
    """The whole file, with this page as the first and only one."""
    after = form.entries(data, start).stop
    lone, begin = struct.pack(form.order + form.number, start), form.first + form.width
    return b"".join((data[: form.first], lone, data[begin:after], bytes(form.width), data[after + form.width :]))


def _alone(data: bytes, form: _Form, start: int) -> bytes:
    """A file with nothing but this page, so that a thousand pages are not read a thousand times; b"" where that is not safe."""
    file = bytearray(data[: form.first] + bytes(form.width))
    try:
        place = _copied(data, form, start, file, set())
    except (struct.error, ValueError):
        return b""  # it points beyond the end, or to what is not known: whoever reads the whole will say more
    struct.pack_into(form.order + form.number, file, form.first, place)
    return bytes(file)


def _copied(data: bytes, form: _Form, start: int, file: bytearray, seen: set[int]) -> int:
    """Copy a directory and all that it points to; where it now begins."""
    seen.add(start)
    entries = form.entries(data, start)
    after = entries.stop
    place = _appended(file, data[start:after] + bytes(form.width))
    moved = place - start
    said: dict[int, tuple[int, ...]] = {}
    for at in entries:
        tag, kind = struct.unpack_from(form.order + "HH", data, at)
        number, field = form.at(data, at + 4), at + 4 + form.width
        if tag in _ELSEWHERE:
            raise ValueError("it points to more than is copied")
        size = number * _WIDTHS.get(kind, 1)
        value = field if size <= form.width else form.at(data, field)
        content = data[value : value + size]
        if len(content) < size:
            raise ValueError("it points beyond the end")
        if tag in _DIRECTORIES:
            if form.number != "I" or form.at(data, field) in seen or len(seen) >= _MOST_BELOW:
                raise ValueError("a directory within itself, or of BigTIFF")
            struct.pack_into(form.order + form.number, file, field + moved, _copied(data, form, form.at(data, field), file, seen))
        elif tag in (*_SIZES, *_SIZES.values()):
            if kind not in _INTEGERS:
                raise ValueError("places are whole numbers")
            said[tag] = struct.unpack(f"{form.order}{number}{_INTEGERS[kind]}", content)
        if value != field:
            struct.pack_into(form.order + form.number, file, field + moved, _appended(file, content))
        if len(file) > 2 * len(data):
            raise ValueError("the same bytes serve again and again")
    for at in entries:
        tag, _ = struct.unpack_from(form.order + "HH", data, at)
        if tag in _SIZES:
            starts, sizes = said[tag], said.get(_SIZES[tag], ())
            if (
                len(starts) != len(sizes)
                or sum(sizes) > len(data)
                or any(one + size > len(data) for one, size in zip(starts, sizes, strict=True))
            ):
                raise ValueError("its sizes do not fit")
            places = [_appended(file, data[one : one + size]) for one, size in zip(starts, sizes, strict=True)]
            packed = struct.pack(f"{form.order}{len(places)}{form.number}", *places)
            struct.pack_into(form.order + "H", file, at + moved + 2, 16 if form.number == "Q" else 4)
            if len(packed) > form.width:
                packed = struct.pack(form.order + form.number, _appended(file, packed))
            file[at + moved + 4 + form.width : at + moved + 4 + 2 * form.width] = packed.ljust(form.width, b"\0")
    return place


def _appended(file: bytearray, content: bytes) -> int:
    """Where it now begins: at an even place, as TIFF wants it."""
    file += bytes(len(file) & 1)
    place = len(file)
    file += content
    return place


def _kind(data: bytes, form: _Form, start: int) -> int:
    """The bits of a page's NewSubfileType."""
    for at in form.entries(data, start):
        tag, kind = struct.unpack_from(form.order + "HH", data, at)
        if tag == _SUBFILE:
            return form.at(data, at + 4 + form.width, "H" if kind == 3 else "I")
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
