"""What an image file says besides its pixels, and what of that goes into images made from it."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from augcli.formats.image.metadata import exif

NO_DENSITY = b"\0\0\1\0\1"  # what encoders write who know of none: square pixels, no unit
# The colour space of profiles, by the image's mode; all others are of RGB.
_SPACES = {"1": b"GRAY", "L": b"GRAY", "LA": b"GRAY", "CMYK": b"CMYK"}
_MAX_PROFILE = 1 << 24  # bytes; a few packed ones can claim gigabytes
MAX_SEGMENT = 65_533  # bytes in a JPEG segment
_XMP = (b"http://ns.adobe.com/", b"XML:com.adobe.xmp")
_PIXELS_PER_METRE = b"pHYs"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")


class Keeps(NamedTuple):
    """What a format holds beside pixels."""

    exif: bool = False
    icc: bool = False
    texts: bool = False  # a PNG's chunks: texts, gamma, density
    comments: bool = False
    jfif_density: bool = False
    density: bool = False  # in pixels per metre
    max_exif_bytes: int | None = None


class Metadata(NamedTuple):
    """Metadata as stored in the file, not parsed."""

    exif: bytes = b""  # with or without "Exif\\0\\0" before it
    icc: bytes = b""
    density: bytes = NO_DENSITY  # JFIF's five bytes: unit, across, down
    chunks: tuple[tuple[bytes, bytes], ...] = ()  # of a PNG, that go along as they are: (name, content); a BMP's density
    comments: tuple[bytes, ...] = ()  # of a JPEG
    lost: tuple[str, ...] = ()  # names of what is present but never carried over


PIXELS_ONLY = Keeps()
NOTHING = Metadata()


def is_xmp(content: bytes) -> bool:
    """XMP describes this particular file (size, orientation, history, regions), so it is wrong for another image."""
    return content.startswith(_XMP)


def of_info(info: Mapping[Any, Any]) -> Metadata:
    """What libraries tell in Pillow's manner."""
    block, profile, lost = info.get("exif") or b"", info.get("icc_profile") or b"", ("xmp",) if info.get("xmp") else ()
    return Metadata(block, profile, lost=lost) if block or profile or lost else NOTHING


def unpacked(content: bytes) -> tuple[bytes, list[str]]:
    """The profile in a PNG's iCCP chunk, and the names of what is lost if it cannot be read."""
    _, _, packed = content.partition(b"\0")
    try:
        unpacker = zlib.decompressobj()
        profile = unpacker.decompress(packed[1:], _MAX_PROFILE)
    except zlib.error:
        return b"", ["icc_profile"]
    return (b"", ["icc_profile"]) if unpacker.unconsumed_tail else (profile, [])


def carried(
    found: Metadata, keeps: Keeps, keep: bool, size: tuple[int, int], mode: str, came: str
) -> tuple[Metadata, dict[str, str]]:
    """What is written into an image of this size and mode, in a format that `keeps` some of it, and notes on what is not.

    `came` is the source's mode: a colour profile is kept only where it fits both modes. EXIF gets orientation 1 and the new
    size, and loses its thumbnail. With `keep` false nothing is kept, and only a lost colour profile is noted, because the
    pixels mean other colours without it.
    """
    if found is NOTHING:
        return found, {}
    if not keep:
        return NOTHING, {"icc_profile": "not kept"} if found.icc or "icc_profile" in found.lost else {}
    notes = dict.fromkeys(found.lost, "not kept")
    block = b""
    if found.exif:
        block = exif.renewed(found.exif, *size) if keeps.exif else b""
        if not block or (keeps.max_exif_bytes is not None and len(block) > keeps.max_exif_bytes):
            block, notes["exif"] = b"", "not kept"
    profile = found.icc
    if profile and (not keeps.icc or len(profile) > 255 * (MAX_SEGMENT - 14)):
        profile, notes["icc_profile"] = b"", "not kept"
    elif profile and not profile[16:20] == _space(mode) == _space(came):
        space = profile[16:20].decode("ascii", "replace").strip()
        profile, notes["icc_profile"] = b"", f"not kept: it is for {space}" if space.isalnum() else "not kept: it is broken"
    chunks, comments = found.chunks, found.comments
    if not keeps.texts:
        if any(name in _TEXTS for name, _ in chunks):
            notes["texts"] = "not kept"
        if any(name in (b"gAMA", b"cHRM", b"cICP") for name, _ in chunks) and not profile:
            notes["gamma"] = "not kept"
        chunks = tuple(chunk for chunk in chunks if chunk[0] == _PIXELS_PER_METRE and keeps.density)
    if comments and not keeps.comments:
        comments, notes["comments"] = (), "not kept"
    return Metadata(block, profile, found.density if keeps.jfif_density else NO_DENSITY, chunks, comments), notes


def _space(mode: str) -> bytes:
    return _SPACES.get(mode.partition(";")[0], b"RGB ")


def into_jpeg(data: bytes, kept: Metadata) -> bytes:
    """Insert it into a JPEG that begins with a JFIF segment, as encoders write it. The pixels are not touched."""
    parts = [data[:13], kept.density, data[18:20]]
    if kept.exif:
        parts.append(_segment(0xE1, b"Exif\0\0" + kept.exif))
    room = MAX_SEGMENT - 14
    pieces = [kept.icc[at : at + room] for at in range(0, len(kept.icc), room)]
    parts += [_segment(0xE2, b"ICC_PROFILE\0" + bytes((k, len(pieces))) + piece) for k, piece in enumerate(pieces, 1)]
    parts += [_segment(0xFE, comment) for comment in kept.comments]
    return b"".join((*parts, data[20:]))


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


def into_png(data: bytes, kept: Metadata) -> bytes:
    """Insert it after the header chunk of a PNG."""
    parts = [data[:33]]
    if kept.icc:
        parts.append(png_chunk(b"iCCP", b"ICC Profile\0\0" + zlib.compress(kept.icc)))
    parts += [png_chunk(name, content) for name, content in kept.chunks]
    if kept.exif:
        parts.append(png_chunk(b"eXIf", kept.exif))
    return b"".join((*parts, data[33:]))


def of_bmp(data: bytes) -> Metadata:
    """The density, which is all the metadata a BMP has, in the form a PNG uses."""
    across, down = (data[at : at + 4][::-1] for at in (38, 42))
    told = int.from_bytes(data[14:18], "little") >= 40 and any(across + down)
    return Metadata(chunks=((_PIXELS_PER_METRE, across + down + b"\1"),)) if told else NOTHING


def into_bmp(data: bytes, kept: Metadata) -> bytes:
    """Put the density into a BMP if it is known: a PNG's may be only an aspect ratio."""
    for name, content in kept.chunks:
        if name == _PIXELS_PER_METRE and content[8:] == b"\1":
            return data[:38] + content[3::-1] + content[7:3:-1] + data[46:]
    return data


def png_chunk(name: bytes, content: bytes) -> bytes:
    """A chunk with its length and checksum."""
    return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")
