"""PNG of 16 bits a channel, through OpenCV: Pillow makes 8 bits of colours.

What goes to OpenCV is made of pixels alone, after a check that they are whole: libpng writes to the terminal otherwise.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from augcli.formats.image.header import ImageHeader, corrupt, truncated
from augcli.formats.image.metadata.carried import png_chunk

_SAMPLES = {"L;16": 1, "LA;16": 2, "RGB;16": 3, "RGBA;16": 4}
# Of an interlaced file's seven passes: first column, first row, and the steps between them (PNG, 8.2).
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_TO_RGB = {3: cv2.COLOR_BGR2RGB, 4: cv2.COLOR_BGRA2RGBA}
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def decode(data: bytes, header: ImageHeader, chunks: Iterator[tuple[bytes, bytes]]) -> NDArray[np.uint16]:
    """uint16 (H, W, C) as stored, from the file's chunks (name, content), whose checksums have been verified."""
    head, packed, clear = b"", [], b""
    for name, content in chunks:
        if name == b"IHDR":
            head = content
        elif name == b"IDAT":
            packed.append(content)
        elif name == b"tRNS":
            clear = content
    body = b"".join(packed)
    _check(body, header, bool(head[12]))
    bare = _SIGNATURE + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")
    found = cv2.imdecode(np.frombuffer(bare, np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None or found.dtype != np.uint16:
        raise corrupt("the pixel data cannot be read")
    pixels: NDArray[np.uint16] = found[:, :, None] if found.ndim == 2 else cv2.cvtColor(found, _TO_RGB[found.shape[2]])
    if header.facts.channels == 4 and pixels.shape[2] != 4:  # one colour is declared clear
        colour = np.frombuffer(clear[: 2 * pixels.shape[2]], ">u2")
        if len(colour) != pixels.shape[2]:
            raise corrupt("the colour that is declared clear is not whole")
        alpha = np.where((pixels == colour).all(2, keepdims=True), np.uint16(0), np.uint16(65_535))
        pixels = np.concatenate([np.broadcast_to(pixels, (*pixels.shape[:2], 3)), alpha], 2)
    return np.ascontiguousarray(pixels)


def _check(body: bytes, header: ImageHeader, interlaced: bool) -> None:
    """Unpack once to see that all is there."""
    width, height = header.stored
    lines = [(width, height)]
    if interlaced:
        lines = [(-(-(width - x) // across), -(-(height - y) // down)) for x, y, across, down in _PASSES]
    parts = [(1 + 2 * _SAMPLES[header.mode] * columns, rows) for columns, rows in lines if columns > 0 and rows > 0]
    size = sum(line * rows for line, rows in parts)
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(body, size)
        if len(raw) == size and not unpacker.eof:  # only the checksum may be left
            rest = unpacker.decompress(unpacker.unconsumed_tail, 1)
            if rest or not unpacker.eof:
                raise corrupt("the pixel data goes on beyond the image" if rest else "the pixel data has no end")
    except zlib.error as error:
        raise corrupt(f"the pixel data cannot be unpacked ({error})") from None
    if len(raw) < size:
        raise truncated(f"{len(raw):,} of {size:,} bytes of pixels are there")
    at = 0
    for line, rows in parts:
        if (np.frombuffer(raw, np.uint8, line * rows, at)[::line] > 4).any():
            raise corrupt("a line is filtered in a way that does not exist")
        at += line * rows


def encode_grey_alpha(pixels: NDArray[np.uint16]) -> bytes:
    """Grey and alpha (H, W, 2), which OpenCV does not write; each line by its differences from pixel to pixel."""
    height, width, _ = pixels.shape
    samples = np.ascontiguousarray(pixels.astype(">u2")).view(np.uint8).reshape(height, width, 4)
    lines = np.empty((height, 1 + width * 4), np.uint8)
    lines[:, 0] = 1
    lines[:, 1:] = np.diff(samples, axis=1, prepend=np.uint8(0)).reshape(height, -1)
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x10\x04\0\0\0"
    body = zlib.compress(lines.tobytes(), 3)
    return _SIGNATURE + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")
