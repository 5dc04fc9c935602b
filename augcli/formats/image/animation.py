"""Animations: still images, made by the encoders that there are, in the containers of GIF, WebP and APNG.

Every frame is written as a whole canvas: once noise or a warp has gone over it, hardly a pixel stays what it was in the
frame before. Static parts are written again and again, so files get larger than those of encoders that write differences.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import accumulate, pairwise

import cv2
import numpy as np

from augcli.core.pipeline.settings import ImageOutput
from augcli.core.values.outcome import SampleError
from augcli.formats.bytes.encoded import Encoded
from augcli.formats.bytes.riff import chunks
from augcli.formats.image import codec, jpeg, pillow
from augcli.formats.image.header import MODES, ImageHeader, Pixels
from augcli.formats.image.metadata import carried as metadata
from augcli.formats.image.metadata.carried import png_chunk
from augcli.formats.image.raster import png_chunks

_MAX_SIDE = {"gif": 65_535, "webp": 16_383, "png": 1 << 30}
_TO_RGB = {1: cv2.COLOR_GRAY2RGB, 4: cv2.COLOR_RGBA2RGB}
_TO_RGBA = {1: cv2.COLOR_GRAY2RGBA, 3: cv2.COLOR_RGB2RGBA}


def encode(images: list[Pixels], header: ImageHeader, output: ImageOutput, target: str) -> Encoded:
    """Frames of one size, with the source's durations and number of plays, as "gif", "webp" or "png".

    GIF: each frame has a palette of its own, of its very colours where they are at most 256 (with one clear one), else the
    256 of a median cut, without dithering; alpha becomes clear or opaque at one half, and what is clear loses its colour.
    Notes: "palette" and "alpha" where that changed any pixel. The other formats keep pixels as image.encode() does.
    """
    height, width = images[0].shape[:2]
    if max(height, width) > _MAX_SIDE[target]:
        raise SampleError("encode.too_large", f"{width}×{height}: a {target} side is at most {_MAX_SIDE[target]:,}", "encode")
    most = max(pixels.shape[2] for pixels in images)
    images = [_widened(pixels, 3 if target == "webp" and most == 1 else most) for pixels in images]
    mode = "P" if target == "gif" else MODES[images[0].shape[2]]
    kept, notes = metadata.carried(header.metadata, target, output.metadata == "keep", (width, height), mode, header.mode)
    notes |= {key: value for key, value in codec.conversions(header, mode, target, output).items() if key != "frames"}
    durations = list(header.durations_ms) or [0.0]
    if target == "gif":
        clear = most == 4 and any(pixels[:, :, 3].min() < 255 for pixels in images)
        made = [pillow.encode_gif(pixels, clear) for pixels in images]
        data = _gif([one.data for one in made], (width, height), durations, header.plays)
        for one in made:
            notes |= one.notes
    elif target == "webp":
        lossless = header.lossless and header.format == "webp"
        quality = jpeg.chosen_quality(header, output)
        stills = [pillow.encode_webp(pixels, quality, lossless, metadata.NOTHING) for pixels in images]
        data = _webp(stills, (width, height), durations, header.plays, kept)
    else:
        data = _apng([codec.encode_plain(pixels, "png") for pixels in images], (width, height), durations, header.plays)
        data = data if kept is metadata.NOTHING else metadata.into_png(data, kept)
    return Encoded(data, f".{target}", notes)


def _widened(pixels: Pixels, channels: int) -> Pixels:
    have = pixels.shape[2]
    if have == channels:
        return np.ascontiguousarray(pixels)
    widened: Pixels = cv2.cvtColor(pixels, (_TO_RGB if channels == 3 else _TO_RGBA)[have])
    return widened


def _whole(durations: Iterable[float], unit_ms: int) -> list[int]:
    """Durations in whole units, rounded so that no error adds up."""
    ends = [round(end / unit_ms) for end in accumulate(durations, initial=0.0)]
    return [after - before for before, after in pairwise(ends)]


def _gif(stills: list[bytes], size: tuple[int, int], durations: list[float], plays: int) -> bytes:
    """Each still is a GIF of one frame with a palette before it; that becomes the frame's own."""
    width, height = (side.to_bytes(2, "little") for side in size)
    parts = [b"GIF89a", width, height, b"\x70\0\0"]
    if plays != 1:
        parts.append(b"!\xff\x0bNETSCAPE2.0\x03\x01" + max(0, plays - 1).to_bytes(2, "little") + b"\0")
    found = [_gif_parts(still) for still in stills]
    # Where anything is clear, every frame is wiped out after it was shown: it must not shine through the next.
    disposal = 2 << 2 if any(clear >= 0 for clear, *_ in found) else 1 << 2
    for (clear, flags, palette, image), duration in zip(found, _whole(durations, 10), strict=True):
        delay = min(duration, 65_535).to_bytes(2, "little")
        parts += [b"!\xf9\x04", bytes((disposal | (clear >= 0),)), delay, bytes((max(clear, 0), 0))]
        parts += [image[:9], bytes((0x80 | flags,)), palette, image[10:]]
    return b"".join((*parts, b";"))


def _gif_parts(still: bytes) -> tuple[int, int, bytes, bytes]:
    """The clear colour's number or -1, the palette's size as a GIF says it, the palette, the image with its descriptor."""
    flags, clear = still[10] & 7, -1
    start = at = 13 + (6 << flags)
    while still[at] == 0x21:
        clear = still[at + 6] if still[at + 1] == 0xF9 and still[at + 3] & 1 else clear
        at += 2
        while still[at]:
            at += 1 + still[at]
        at += 1
    return clear, flags, still[13:start], still[at:-1]


def _webp(stills: list[bytes], size: tuple[int, int], durations: list[float], plays: int, kept: metadata.Metadata) -> bytes:
    canvas = b"".join((side - 1).to_bytes(3, "little") for side in size)
    clear, frames = False, []
    for still, duration in zip(stills, _whole(durations, 1), strict=True):
        found = [(name, still[start : start + length]) for name, start, length in chunks(still)]
        clear = clear or any(name == b"ALPH" or (name == b"VP8L" and content[4] & 0x10) for name, content in found)
        body = b"".join(_riff(name, content) for name, content in found if name in (b"ALPH", b"VP8 ", b"VP8L"))
        place = bytes(6) + canvas + min(duration, (1 << 24) - 1).to_bytes(3, "little")
        frames.append(_riff(b"ANMF", place + b"\x02" + body))  # not blended with what was there, and left afterwards
    flags = 0x02 | (0x10 if clear else 0) | (0x20 if kept.icc else 0) | (0x08 if kept.exif else 0)
    parts = [b"WEBP", _riff(b"VP8X", bytes((flags, 0, 0, 0)) + canvas)]
    parts += [_riff(b"ICCP", kept.icc)] if kept.icc else []
    parts += [_riff(b"ANIM", bytes(4) + min(plays, 65_535).to_bytes(2, "little")), *frames]
    parts += [_riff(b"EXIF", kept.exif)] if kept.exif else []
    return _riff(b"RIFF", b"".join(parts))


def _riff(name: bytes, content: bytes) -> bytes:
    return name + len(content).to_bytes(4, "little") + content + bytes(len(content) & 1)


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
