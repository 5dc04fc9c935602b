"""Tags of a TIFF that are not about its pixels: taken from one, put into another."""

from __future__ import annotations

import struct

from PIL import Image, TiffImagePlugin

from augcli.formats.metadata import NOTHING, Metadata

# ImageDescription, Make, Model, resolution and its unit, Software, DateTime, Artist, Copyright, Exif and GPS directories.
_KEPT = frozenset({270, 271, 272, 282, 283, 296, 305, 306, 315, 33432, 34665, 34853})
_ICC, _XMP, _IPTC = 34675, 700, 33723
_DIRECTORIES = (34665, 34853)


def metadata_of(picture: TiffImagePlugin.TiffImageFile) -> Metadata:
    """The colour profile, and an EXIF block of the tags that any camera or program would write."""
    tags = picture.tag_v2
    kept = [tag for tag in tags if tag in _KEPT]
    profile = tags.get(_ICC, b"")
    lost = tuple(name for name, tag in (("xmp", _XMP), ("iptc", _IPTC)) if tag in tags)
    if not (kept or profile or lost):
        return NOTHING
    block = b""
    if kept:
        try:
            found, new = picture.getexif(), Image.Exif()
            for tag in kept:
                new[tag] = found.get_ifd(tag) if tag in _DIRECTORIES else tags[tag]
            block = new.tobytes()
        except Exception:  # whatever is wrong with them, they are not the picture
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
