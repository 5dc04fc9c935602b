"""WebP, through Pillow's libwebp."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from augcli.formats.bytes.riff import chunk_of, chunks, form_of
from augcli.formats.image import pillow
from augcli.formats.image.format import ImageFormat, Notes
from augcli.formats.image.header import ImageHeader, Pixels, check_size, header, truncated
from augcli.formats.image.metadata import exif
from augcli.formats.image.metadata.carried import NOTHING, Keeps, Metadata
from augcli.formats.image.quality import chosen_quality

if TYPE_CHECKING:
    from augcli.core.pipeline.settings import ImageOutput, Limits


def probe(data: bytes, limits: Limits) -> ImageHeader:
    size, alpha, plays, orientation, lossless = (0, 0), False, 1, 1, False
    durations: list[float] = []
    metadata = NOTHING
    for name, start, length in chunks(data):
        head = data[start : start + 10]
        if len(head) < 10 and name in (b"VP8 ", b"VP8L", b"VP8X"):
            raise truncated("the header is incomplete")
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
        elif name == b"ANMF" and len(durations) <= limits.max_frames:
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


def encode(pixels: Pixels, mode: str, header: ImageHeader, output: ImageOutput, kept: Metadata) -> bytes:
    """A lossless WebP stays lossless; any other source gets `quality`.

    The methods are the knees of time against size: 2 costs half of the default 4 at the same size and PSNR; lossless at 1 costs
    a quarter for 4 % more bytes. `exact` keeps the colours under full transparency.
    """
    from PIL import Image

    from augcli.formats.image import encoders

    image = Image.fromarray(pixels)
    more = {"icc_profile": kept.icc, "exif": kept.exif}
    if header.lossless and header.format == "webp":
        return encoders.saved(image, "WEBP", lossless=True, quality=0, method=1, exact=True, **more)
    return encoders.saved(image, "WEBP", quality=chosen_quality(header, output), method=2, **more)


def _animate(images: list[Pixels], header: ImageHeader, output: ImageOutput, kept: Metadata) -> tuple[bytes, Notes]:
    height, width = images[0].shape[:2]
    stills = [encode(pixels, "", header, output, NOTHING) for pixels in images]
    return _joined(stills, (width, height), list(header.durations_ms) or [0.0], header.plays, kept), {}


def _joined(stills: list[bytes], size: tuple[int, int], durations: list[float], plays: int, kept: Metadata) -> bytes:
    from augcli.formats.image.animation import whole_units

    canvas = b"".join((side - 1).to_bytes(3, "little") for side in size)
    clear, frames = False, []
    for still, duration in zip(stills, whole_units(durations, 1), strict=True):
        found = [(name, still[start : start + length]) for name, start, length in chunks(still)]
        clear = clear or any(name == b"ALPH" or (name == b"VP8L" and content[4] & 0x10) for name, content in found)
        body = b"".join(chunk_of(name, content) for name, content in found if name in (b"ALPH", b"VP8 ", b"VP8L"))
        place = bytes(6) + canvas + min(duration, (1 << 24) - 1).to_bytes(3, "little")
        frames.append(chunk_of(b"ANMF", place + b"\x02" + body))  # not blended with what was there, and left afterwards
    flags = 0x02 | (0x10 if clear else 0) | (0x20 if kept.icc else 0) | (0x08 if kept.exif else 0)
    parts = [b"WEBP", chunk_of(b"VP8X", bytes((flags, 0, 0, 0)) + canvas)]
    parts += [chunk_of(b"ICCP", kept.icc)] if kept.icc else []
    parts += [chunk_of(b"ANIM", bytes(4) + min(plays, 65_535).to_bytes(2, "little")), *frames]
    parts += [chunk_of(b"EXIF", kept.exif)] if kept.exif else []
    return chunk_of(b"RIFF", b"".join(parts))


WEBP = ImageFormat(
    name="webp",
    title="WebP",
    suffixes=(".webp",),
    recognise=lambda head: form_of(head) == b"WEBP",
    modes=frozenset({"RGB", "RGBA"}),
    max_side=16_383,
    keeps=Keeps(exif=True, icc=True),
    choosable=True,
    tolerance_levels=12.0,
    probe=probe,
    decode=partial(pillow.decode, name="WebP"),
    encode=encode,
    later_frames=partial(pillow.later_frames, name="WebP"),
    animate=_animate,
)
