"""PNG and APNG. Sizes are checked before anything is allocated, and a file that is cut off is told from one that is broken.

8 bits per channel are decoded by Pillow and encoded by OpenCV; 16 bits go through OpenCV both ways, since Pillow makes 8 bits of
colours.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from augcli.formats.bytes.riff import RiffChunk
from augcli.formats.image import pillow
from augcli.formats.image.format import ImageFormat, Notes
from augcli.formats.image.header import ImageHeader, Pixels, check_room, check_size, corrupt, header, truncated
from augcli.formats.image.metadata import exif
from augcli.formats.image.metadata.carried import NOTHING, Keeps, Metadata, into_png, is_xmp, png_chunk, unpacked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from augcli.core.pipeline.settings import ImageOutput, Limits

# Chunks that are kept as they are: texts, density, and what the numbers mean as colours.
_KEPT = frozenset({b"tEXt", b"zTXt", b"iTXt", b"pHYs", b"gAMA", b"cHRM", b"sRGB", b"cICP"})
_MODES = {0: "L", 2: "RGB", 3: "P", 4: "LA", 6: "RGBA"}
_SAMPLES = {"L;16": 1, "LA;16": 2, "RGB;16": 3, "RGBA;16": 4}
# Of an interlaced file's seven passes: first column, first row, and the steps between them (PNG, 8.2).
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_MOST_CHUNKS = 1_000_000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_chunks(data: bytes) -> Iterator[RiffChunk]:
    """The chunks of a PNG, of any length they claim; the first 1,000,000 only (8 GB of pixels, as most write them)."""
    at, most = 8, _MOST_CHUNKS
    while at + 8 <= len(data) and (most := most - 1) >= 0:
        size = int.from_bytes(data[at : at + 4], "big")
        yield RiffChunk(data[at + 4 : at + 8], at + 8, size)
        at += 12 + size


def probe(data: bytes, limits: Limits) -> ImageHeader:
    """PNG and APNG. Fails with `image.truncated` when the end chunk is missing or incomplete."""
    if len(data) < 33:
        raise truncated("the header is incomplete")
    if data[12:16] != b"IHDR":
        raise corrupt("the PNG does not begin with an IHDR chunk")
    size = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    check_size(*size, limits)
    depth, colours = data[24], data[25]
    if colours not in _MODES:
        raise corrupt(f"{colours} is not a PNG colour type")
    mode = "1" if colours == 0 and depth == 1 else f"{_MODES[colours]};16" if depth == 16 else _MODES[colours]
    orientation, frames, plays, transparent, end = 1, 1, 1, False, 0
    durations: list[float] = []
    apart = False  # the first image is for those who know no animations, and not a frame
    block, profile, kept, lost = b"", b"", [], []
    for name, start, length in png_chunks(data):
        if name == b"eXIf":
            block = data[start : start + length]
            orientation = exif.orientation(block)
        elif name == b"acTL":
            frames = min(max(1, int.from_bytes(data[start : start + 4], "big")), limits.max_frames + 1)
            plays = int.from_bytes(data[start + 4 : start + 8], "big")
        elif name == b"fcTL" and len(durations) <= limits.max_frames:
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
        raise truncated("the end chunk is missing")
    return found


def check_checksums(data: bytes, *names: bytes) -> None:
    """Verify the checksums of the header and of the pixel data, which Pillow does not (0.14 ms a megabyte)."""
    for name, start, length in png_chunks(data):
        end = start + length
        if name in names and zlib.crc32(data[start - 4 : end]) != int.from_bytes(data[end : end + 4], "big"):
            raise corrupt(f"the checksum of the {name.decode()} chunk at byte {start} does not match")
        if name == b"IEND":
            return


def decode(data: bytes, header: ImageHeader, scale: int) -> Pixels:
    check_checksums(data, b"IHDR", b"IDAT")
    return _decode_16_bits(data, header) if header.facts.bits == 16 else pillow.decode(data, header, name="Png")


def _later_frames(data: bytes, header: ImageHeader) -> list[Pixels]:
    check_checksums(data, b"fdAT")
    return pillow.later_frames(data, header, name="Png")


def _decode_16_bits(data: bytes, header: ImageHeader) -> NDArray[np.uint16]:
    """uint16 (H, W, C) as stored, of a file whose checksums have been verified.

    OpenCV gets a file of pixels alone, after a check that they are complete: libpng writes to the terminal otherwise.
    """
    import cv2
    import numpy as np

    head, packed, clear = b"", [], b""
    for name, start, length in png_chunks(data):
        content = data[start : start + length]
        if name == b"IHDR":
            head = content
        elif name == b"IDAT":
            packed.append(content)
        elif name == b"tRNS":
            clear = content
    body = b"".join(packed)
    check_pixel_data(body, header, bool(head[12]))
    bare = _SIGNATURE + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")
    found = cv2.imdecode(np.frombuffer(bare, np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None or found.dtype != np.uint16:
        check_room(header)
        raise corrupt("the pixel data cannot be read")
    to_rgb = {3: cv2.COLOR_BGR2RGB, 4: cv2.COLOR_BGRA2RGBA}
    pixels: NDArray[np.uint16] = found[:, :, None] if found.ndim == 2 else cv2.cvtColor(found, to_rgb[found.shape[2]])
    if header.facts.channels == 4 and pixels.shape[2] != 4:  # one colour is declared clear
        colour = np.frombuffer(clear[: 2 * pixels.shape[2]], ">u2")
        if len(colour) != pixels.shape[2]:
            raise corrupt("the transparent colour is incomplete")
        alpha = np.where((pixels == colour).all(2, keepdims=True), np.uint16(0), np.uint16(65_535))
        pixels = np.concatenate([np.broadcast_to(pixels, (*pixels.shape[:2], 3)), alpha], 2)
    return np.ascontiguousarray(pixels)


def check_pixel_data(body: bytes, header: ImageHeader, interlaced: bool) -> None:
    """Unpack the pixel data once, to see that all of it is there."""
    import numpy as np

    width, height = header.stored
    lines = [(width, height)]
    if interlaced:
        lines = [(-(-(width - x) // across), -(-(height - y) // down)) for x, y, across, down in PASSES]
    parts = [(1 + 2 * _SAMPLES[header.mode] * columns, rows) for columns, rows in lines if columns > 0 and rows > 0]
    size = sum(line * rows for line, rows in parts)
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(body, size)
        if len(raw) == size and not unpacker.eof:  # only the checksum may be left
            rest = unpacker.decompress(unpacker.unconsumed_tail, 1)
            if rest or not unpacker.eof:
                raise corrupt("the pixel data extends beyond the image" if rest else "the pixel data has no end marker")
    except zlib.error as error:
        raise corrupt(f"the pixel data cannot be unpacked ({error})") from None
    if len(raw) < size:
        raise truncated(f"only {len(raw):,} of {size:,} bytes of pixels are present")
    at = 0
    for line, rows in parts:
        if (np.frombuffer(raw, np.uint8, line * rows, at)[::line] > 4).any():
            raise corrupt("a line has an unknown filter type")
        at += line * rows


def encode(pixels: Pixels, mode: str, header: ImageHeader, output: ImageOutput, kept: Metadata) -> bytes:
    from augcli.formats.image import encoders

    if mode == "LA;16":
        data = encode_grey_alpha(pixels[:, :, 2:])
    elif mode in _BY_PILLOW:
        data = encoders.by_pillow(pixels, mode, "PNG", **_BY_PILLOW[mode])
    else:
        data = encoders.by_opencv(pixels, ".png")
    return data if kept is NOTHING else into_png(data, kept)


_BY_PILLOW: dict[str, dict[str, Any]] = {"1": {"compress_level": 6}, "LA": {"compress_level": 3}}


def encode_grey_alpha(pixels: NDArray[np.uint16]) -> bytes:
    """Grey and alpha (H, W, 2), which OpenCV does not write; each line by its differences from pixel to pixel."""
    import numpy as np

    height, width, _ = pixels.shape
    samples = np.ascontiguousarray(pixels.astype(">u2")).view(np.uint8).reshape(height, width, 4)
    lines = np.empty((height, 1 + width * 4), np.uint8)
    lines[:, 0] = 1
    lines[:, 1:] = np.diff(samples, axis=1, prepend=np.uint8(0)).reshape(height, -1)
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x10\x04\0\0\0"
    body = zlib.compress(lines.tobytes(), 3)
    return _SIGNATURE + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


def _animate(images: list[Pixels], header: ImageHeader, output: ImageOutput, kept: Metadata) -> tuple[bytes, Notes]:
    from augcli.formats.image import encoders

    height, width = images[0].shape[:2]
    stills = [encoders.by_opencv(pixels, ".png") for pixels in images]
    data = _apng(stills, (width, height), list(header.durations_ms) or [0.0], header.plays)
    return data if kept is NOTHING else into_png(data, kept), {}


def _apng(stills: list[bytes], size: tuple[int, int], durations: list[float], plays: int) -> bytes:
    canvas = b"".join(side.to_bytes(4, "big") for side in size)
    parts = [stills[0][:33], png_chunk(b"acTL", len(stills).to_bytes(4, "big") + plays.to_bytes(4, "big"))]
    number = 0  # counts control chunks and later frames' data together
    for place, (still, duration) in enumerate(zip(stills, durations, strict=True)):
        delay = b"".join(value.to_bytes(2, "big") for value in _seconds(duration))
        parts.append(png_chunk(b"fcTL", number.to_bytes(4, "big") + canvas + bytes(8) + delay + bytes(2)))
        number += 1
        for name, start, length in png_chunks(still):
            content = still[start : start + length]
            if name == b"IDAT" and place == 0:
                parts.append(png_chunk(b"IDAT", content))
            elif name == b"IDAT":
                parts.append(png_chunk(b"fdAT", number.to_bytes(4, "big") + content))
                number += 1
    return b"".join((*parts, png_chunk(b"IEND", b"")))


def _seconds(duration_ms: float) -> tuple[int, int]:
    """As a fraction of two numbers of 16 bits: exact for what other animations say, as 1/30 or 0.07."""
    for most in (1000, 1):
        found = Fraction(duration_ms / 1000).limit_denominator(most)
        if found.numerator <= 65_535:
            return found.numerator, found.denominator
    return 65_535, 1


PNG = ImageFormat(
    name="png",
    title="PNG",
    suffixes=(".png",),
    read_suffixes=(".apng",),
    signatures=((0, _SIGNATURE),),
    modes=frozenset({"1", "L", "LA", "RGB", "RGBA", "L;16", "LA;16", "RGB;16", "RGBA;16"}),
    max_side=1_000_000,  # libpng's, unless it is told otherwise
    keeps=Keeps(exif=True, icc=True, texts=True),
    choosable=True,
    probe=probe,
    decode=decode,
    encode=encode,
    later_frames=_later_frames,
    animate=_animate,
)
