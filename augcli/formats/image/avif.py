"""AVIF, through Pillow's libavif. Images of 10 and 12 bits are refused, since they would come out with 8."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import AvifImagePlugin, Image

from augcli.core.pipeline.settings import Limits
from augcli.core.values.outcome import SampleError
from augcli.formats.bytes.riff import RiffChunk
from augcli.formats.image import pillow
from augcli.formats.image.header import ImageHeader, Pixels, check_size, header, truncated
from augcli.formats.image.metadata import exif
from augcli.formats.image.metadata.carried import NOTHING, Metadata

MAX_SIDE = 16_384

# One thread an image: many images are worked on at once. Set once, at import, like Pillow's other settings.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1

_BRANDS = frozenset({b"avif", b"avis"})
_CHROMA = {0b00: "444", 0b10: "422", 0b11: "420"}  # av1C: halved across, halved down
_NAMES = {"420": "4:2:0", "422": "4:2:2", "444": "4:4:4"}
_SPEED = 8  # 32 ms at 500×375; Pillow's own 6 takes 85


def is_avif(data: bytes) -> bool:
    """By the brands of the file: the first, or those that it is compatible with."""
    if data[4:8] != b"ftyp":
        return False
    end = min(int.from_bytes(data[:4], "big"), 512)
    return any(data[at : at + 4] in _BRANDS for at in (8, *range(16, end - 3, 4)))


def boxes(data: bytes) -> Iterator[RiffChunk]:
    """The outermost boxes of a file of the ISO base media family. One that is cut short comes last, with the size it claims."""
    at = 0
    while at + 8 <= len(data):
        size, head = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = len(data) - at
        if size < head:
            return
        yield RiffChunk(data[at + 4 : at + 8], at + head, size - head)
        at += size


def probe(data: bytes, limits: Limits) -> ImageHeader:
    """AVIF, still or in sequence."""
    if not AvifImagePlugin.SUPPORTED:
        raise SampleError("image.unsupported", "AVIF is not read by the Pillow that is installed; pip install -U pillow")
    found = {name: (start, size) for name, start, size in boxes(data)}
    if any(start + size > len(data) for start, size in found.values()) or not {b"meta", b"mdat"} <= found.keys():
        raise truncated("its boxes are not whole")
    start, size = found[b"meta"]
    codec = data.find(b"av1C", start, start + size)
    flags = data[codec + 6] if codec > 0 else 0
    image = pillow.opened(data, "avif")
    check_size(*image.size, limits)
    mode = "L" if flags & 0x10 and image.mode == "RGB" else image.mode  # Pillow makes colours of grey
    mode = f"{mode};{12 if flags & 0x20 else 10}" if flags & 0x40 else mode
    block, profile = image.info.get("exif", b""), image.info.get("icc_profile", b"")
    lost = ("xmp",) if "xmp" in image.info else ()
    return header(
        "avif",
        image.size,
        mode,
        orientation=exif.orientation(block),
        frames=getattr(image, "n_frames", 1),
        subsampling=_CHROMA.get(flags >> 2 & 0b11, "") if codec > 0 and mode != "L" else "",
        metadata=Metadata(block, profile, lost=lost) if block or profile or lost else NOTHING,
    )


def encode(pixels: Pixels, quality: int, subsampling: str, kept: Metadata) -> bytes:
    file = io.BytesIO()
    grey = pixels.shape[2] == 1
    Image.fromarray(pixels[:, :, 0] if grey else pixels).save(
        file,
        "AVIF",
        quality=quality,
        subsampling="4:0:0" if grey else _NAMES.get(subsampling, "4:4:4"),
        speed=_SPEED,
        max_threads=1,
        icc_profile=kept.icc,
        exif=kept.exif,
    )
    return file.getvalue()
