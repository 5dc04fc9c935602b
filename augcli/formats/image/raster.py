"""Own header readers for PNG, WebP and GIF: sizes are known and checked before any library allocates, cut-off files are seen."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from augcli.core.pipeline.settings import Limits
from augcli.formats.bytes.riff import RiffChunk, chunks
from augcli.formats.image.header import ImageHeader, check_size, corrupt, header, truncated
from augcli.formats.image.metadata import exif
from augcli.formats.image.metadata.carried import NOTHING, Metadata, is_xmp, unpacked

# Chunks that go along as they are: texts, density, and what the numbers mean as colours.
_KEPT = frozenset({b"tEXt", b"zTXt", b"iTXt", b"pHYs", b"gAMA", b"cHRM", b"sRGB", b"cICP"})
_LOOP = b"!\xff\x0bNETSCAPE2.0\x03\x01"
_PNG_MODES = {0: "L", 2: "RGB", 3: "P", 4: "LA", 6: "RGBA"}


def png_chunks(data: bytes) -> Iterator[RiffChunk]:
    """The chunks of a PNG, of any length they claim."""
    at = 8
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        yield RiffChunk(data[at + 4 : at + 8], at + 8, size)
        at += 12 + size


def probe_png(data: bytes, limits: Limits) -> ImageHeader:
    """PNG and APNG. Fails with `image.truncated` when the end chunk is not there, or not whole."""
    if len(data) < 33:
        raise truncated("the header is not whole")
    if data[12:16] != b"IHDR":
        raise corrupt("a PNG file that does not begin with IHDR")
    size = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    check_size(*size, limits)
    depth, colours = data[24], data[25]
    if colours not in _PNG_MODES:
        raise corrupt(f"PNG colour type {colours} does not exist")
    mode = "1" if colours == 0 and depth == 1 else f"{_PNG_MODES[colours]};16" if depth == 16 else _PNG_MODES[colours]
    orientation, frames, plays, transparent, end = 1, 1, 1, False, 0
    durations: list[float] = []
    apart = False  # the first image is for those who know no animations, and not a frame
    block, profile, kept, lost = b"", b"", [], []
    for name, start, length in png_chunks(data):
        if name == b"eXIf":
            block = data[start : start + length]
            orientation = exif.orientation(block)
        elif name == b"acTL":
            frames = max(1, int.from_bytes(data[start : start + 4], "big"))
            plays = int.from_bytes(data[start + 4 : start + 8], "big")
        elif name == b"fcTL":
            number, of = (int.from_bytes(data[at : at + 2], "big") for at in (start + 20, start + 22))
            durations.append(1000 * number / (of or 100))
        elif name == b"IDAT":
            apart = apart or not durations
        elif name == b"tRNS":
            transparent = True
        elif name == b"iCCP":
            profile, broken = unpacked(data[start : start + length])
            lost += broken
        elif name in _KEPT:
            content = data[start : start + length]
            if is_xmp(content):
                lost.append("xmp")
            else:
                kept.append((name, content))
        elif name == b"IEND":
            end = start + 4
            break
    metadata = Metadata(block, profile, chunks=tuple(kept), lost=tuple(lost)) if block or profile or kept or lost else NOTHING
    found = header("png", size, mode, orientation=orientation, transparent=transparent, frames=frames, metadata=metadata)
    if frames > 1:
        found = found._replace(plays=plays, durations_ms=() if apart or len(durations) != frames else tuple(durations))
    if not 0 < end <= len(data):
        raise truncated("it has no end chunk")
    return found


def check_png(data: bytes, names: tuple[bytes, ...] = (b"IHDR", b"IDAT")) -> None:
    """Verify the checksums of the header and of the pixel data, which Pillow does not (0.14 ms a megabyte)."""
    for name, start, length in png_chunks(data):
        end = start + length
        if name in names and zlib.crc32(data[start - 4 : end]) != int.from_bytes(data[end : end + 4], "big"):
            raise corrupt(f"the checksum of the {name.decode()} chunk at byte {start} does not match")
        if name == b"IEND":
            return


def probe_webp(data: bytes, limits: Limits) -> ImageHeader:
    """WebP, still or animated."""
    size, alpha, plays, orientation, lossless = (0, 0), False, 1, 1, False
    durations: list[float] = []
    metadata = NOTHING
    for name, start, length in chunks(data):
        head = data[start : start + 10]
        if len(head) < 10 and name in (b"VP8 ", b"VP8L", b"VP8X"):
            raise truncated("the header is not whole")
        if name == b"VP8X":
            alpha = bool(head[0] & 0x10)
            size = 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
            # A few bytes of a still image may hide in a huge canvas, so check as soon as it is known.
            check_size(*size, limits)
        elif name == b"VP8L":
            lossless = True
            if size == (0, 0):
                bits = int.from_bytes(head[1:5], "little")
                size, alpha = (1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)), bool(bits >> 28 & 1)
        elif name == b"VP8 " and size == (0, 0):
            size = int.from_bytes(head[6:8], "little") & 0x3FFF, int.from_bytes(head[8:10], "little") & 0x3FFF
        elif name == b"ANMF":
            durations.append(int.from_bytes(data[start + 12 : start + 15], "little"))
            lossless = lossless or data[start + 16 : start + 20] == b"VP8L"
        elif name == b"ANIM":
            plays = int.from_bytes(data[start + 4 : start + 6], "little")
        elif name == b"EXIF":
            metadata = metadata._replace(exif=data[start : start + length])
            orientation = exif.orientation(metadata.exif)
        elif name == b"ICCP":
            metadata = metadata._replace(icc=data[start : start + length])
        elif name == b"XMP ":
            metadata = metadata._replace(lost=("xmp",))
    if int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise truncated(f"the header promises {int.from_bytes(data[4:8], 'little') + 8:,} bytes, there are {len(data):,}")
    check_size(*size, limits)
    mode = "RGBA" if alpha else "RGB"
    found = header("webp", size, mode, orientation=orientation, lossless=lossless, metadata=metadata)
    if len(durations) > 1:
        found = found._replace(frames=len(durations), durations_ms=tuple(durations), plays=plays)
    return found


def probe_gif(data: bytes, limits: Limits) -> ImageHeader:
    """GIF. The first frame must be whole; what comes after it is only counted."""
    if len(data) < 13:
        raise truncated("the header is not whole")
    width, height = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    palette = bool(data[10] & 0x80)
    at = 13 + (3 << (data[10] & 7) + 1 if palette else 0)
    frames, transparent, plays, duration, whole = 0, False, 1, 0, True
    durations: list[float] = []
    while at < len(data):
        if data[at] == 0x21 and data[at + 1 : at + 2] == b"\xf9" and at + 5 < len(data):
            duration = 10 * int.from_bytes(data[at + 4 : at + 6], "little")
            transparent = bool(data[at + 3] & 1) if frames == 0 else transparent
        elif data.startswith(_LOOP, at):
            again = int.from_bytes(data[at + 16 : at + 18], "little")
            plays = again + 1 if again else 0
        if data[at] == 0x21:
            at = _gif_blocks(data, at + 2)
        elif data[at] == 0x2C and at + 10 <= len(data):
            left, top, wide, high = (int.from_bytes(data[at + k : at + k + 2], "little") for k in (1, 3, 5, 7))
            local = data[at + 9]
            if frames == 0:  # a first frame larger than the canvas makes the canvas larger
                width, height = max(width, left + wide), max(height, top + high)
                check_size(width, height, limits)
                palette = palette or bool(local & 0x80)
            whole = whole and left + wide <= width and top + high <= height
            at = _gif_blocks(data, at + 11 + (3 << (local & 7) + 1 if local & 0x80 else 0))
            frames += at > 0
            durations.append(duration)
            duration = 0
        else:
            break
        if at == 0:
            break
    if frames == 0:
        raise truncated("its first frame is not whole")
    found = header("gif", (width, height), "P" if palette else "L", transparent=transparent, frames=frames)
    if frames > 1:  # a later frame that is larger than the canvas cannot be told
        found = found._replace(durations_ms=tuple(durations[:frames]) if whole else (), plays=plays)
    return found


def _gif_blocks(data: bytes, at: int) -> int:
    """The byte after a run of sub-blocks; 0 when the run is cut off."""
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return at + 1 if at < len(data) else 0
