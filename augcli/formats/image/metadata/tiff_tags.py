"""Tags of a TIFF that are not about its pixels: taken from one, put into another."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, Literal

from PIL import Image, TiffImagePlugin

from augcli.formats.image.metadata.carried import NOTHING, Metadata

# ImageDescription, Make, Model, resolution and its unit, Software, DateTime, Artist, Copyright, Exif and GPS directories.
_KEPT = frozenset({270, 271, 272, 282, 283, 296, 305, 306, 315, 33432, 34665, 34853})
_ICC, _XMP, _IPTC, _DESCRIPTION = 34675, 700, 33723, 270
# How programs describe the sizes and pages that they wrote; the first says nothing else.
_SHAPE, _PAGES = '{"shape"', ("ImageJ=", "<?xml", "<OME")
_DIRECTORIES = (34665, 34853)
_WIDTHS = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}  # bytes of a value, by its type; the others take one
_PLACES = ((273, 279), (324, 325))  # where strips and tiles begin, and how many bytes they take


def metadata_of(tags: Any, exif: Callable[[], Image.Exif]) -> Metadata:
    """The colour profile, and an EXIF block of the tags that any camera or program would write; `exif` reads them."""
    kept = [tag for tag in tags if tag in _KEPT]
    description = str(tags.get(_DESCRIPTION, ""))
    if description.startswith((_SHAPE, *_PAGES)):  # it would not be true of what becomes of this image, and readers believe it
        kept.remove(_DESCRIPTION)
    profile = tags.get(_ICC, b"")
    lost = tuple(name for name, tag in (("xmp", _XMP), ("iptc", _IPTC)) if tag in tags) + (
        "description",
    ) * description.startswith(_PAGES)
    if not (kept or profile or lost):
        return NOTHING
    block = b""
    if kept:
        try:
            found, new = exif(), Image.Exif()
            for tag in kept:
                new[tag] = found.get_ifd(tag) if tag in _DIRECTORIES else tags[tag]
            block = new.tobytes()
        except Exception:  # whatever is wrong with them, they are not the image
            lost = ("exif", *lost)
    return Metadata(block, profile if isinstance(profile, bytes) else b"", lost=lost)


def into_tiff(data: bytes, kept: Metadata) -> bytes:
    """Put it into a little-endian TIFF of one page: its values and a new directory are appended, the pixels stay in place."""
    tags = TiffImagePlugin.ImageFileDirectory_v2(prefix=b"II")
    if kept.exif:
        block = Image.Exif()
        block.load(kept.exif)
        for tag in sorted(set(block) & _KEPT):
            tags[tag] = block.get_ifd(tag) if tag in _DIRECTORIES else block[tag]
    if kept.icc:
        tags.tagtype[_ICC] = 7
        tags[_ICC] = kept.icc
    data += bytes(len(data) & 1)
    values = tags.tobytes(len(data))
    data += values + bytes(len(values) & 1)
    entries = {entry[:2]: entry for entry in (*_entries(data, struct.unpack_from("<I", data, 4)[0]), *_entries(values, 0))}
    directory = b"".join(sorted(entries.values(), key=lambda entry: struct.unpack_from("<H", entry)))
    return data[:4] + struct.pack("<I", len(data)) + data[8:] + struct.pack("<H", len(entries)) + directory + bytes(4)


def _entries(data: bytes, start: int) -> list[bytes]:
    (count,) = struct.unpack_from("<H", data, start)
    return [data[at : at + 12] for at in range(start + 2, start + 2 + 12 * count, 12)]


def numbers(value: Any) -> tuple[int, ...]:
    values = value if isinstance(value, tuple) else (value,)
    return tuple(int(one) for one in values) or (1,)


def number(value: Any) -> int:
    return numbers(value)[0]


def directory_ends_early(data: bytes) -> bool:
    """Whether the first directory of a TIFF, or a value that it points to, lies beyond the end of the file."""
    order: Literal["little", "big"] = "little" if data[:1] == b"I" else "big"

    def number(at: int, size: int = 4) -> int:
        return int.from_bytes(data[at : at + size], order)

    if number(2, 2) != 42:
        return False  # BigTIFF
    start = number(4)
    entries = range(start + 2, start + 2 + 12 * number(start, 2), 12)
    if start + 2 > len(data) or entries.stop > len(data):
        return True
    sizes = ((at, number(at + 4) * _WIDTHS.get(number(at + 2, 2), 1)) for at in entries)
    return any(size > 4 and number(at + 8) + size > len(data) for at, size in sizes)


def ends_early(tags: Any, length: int) -> bool:
    """Whether a strip or a tile of the page lies beyond the end of the file."""
    for starts, sizes in _PLACES:
        for start, size in zip(numbers(tags.get(starts, 0)), numbers(tags.get(sizes, 0)), strict=False):
            if start + size > length:
                return True
    return False
