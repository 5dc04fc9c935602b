"""AVIF, through Pillow's libavif. Images of 10 and 12 bits are refused, since they would come out with 8."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from augcli.core.values.outcome import SampleError
from augcli.formats.bytes.isobmff import boxes, brands
from augcli.formats.image import pillow
from augcli.formats.image.format import ImageFormat
from augcli.formats.image.header import ImageHeader, Pixels, check_size, header, truncated
from augcli.formats.image.metadata import exif
from augcli.formats.image.metadata.carried import Keeps, Metadata, of_info
from augcli.formats.image.quality import chosen_quality, chosen_subsampling

if TYPE_CHECKING:
    from augcli.core.pipeline.settings import ImageOutput, Limits

_BRANDS = frozenset({b"avif", b"avis"})
_CHROMA = {0b00: "444", 0b10: "422", 0b11: "420"}  # av1C: halved across, halved down
_NAMES = {"420": "4:2:0", "422": "4:2:2", "444": "4:4:4"}
_SPEED = 8  # 32 ms at 500×375; Pillow's own 6 takes 85


@cache
def _check_library() -> None:
    """Fail with `image.unsupported` where Pillow was built without libavif."""
    from PIL import AvifImagePlugin

    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # many images are processed at once; set once, like Pillow's other settings
    if not AvifImagePlugin.SUPPORTED:
        raise SampleError("image.unsupported", "the installed Pillow cannot read AVIF; pip install -U pillow")


def probe(data: bytes, limits: Limits) -> ImageHeader:
    """AVIF, still or in sequence."""
    _check_library()
    found = {name: (start, size) for name, start, size in boxes(data)}
    if any(start + size > len(data) for start, size in found.values()) or not {b"meta", b"mdat"} <= found.keys():
        raise truncated("its boxes are incomplete")
    start, size = found[b"meta"]
    codec = data.find(b"av1C", start, start + size)
    flags = data[codec + 6] if codec > 0 else 0
    image = pillow.opened(data, "Avif")
    check_size(*image.size, limits)
    mode = "L" if flags & 0x10 and image.mode == "RGB" else image.mode  # Pillow makes colours of grey
    mode = f"{mode};{12 if flags & 0x20 else 10}" if flags & 0x40 else mode
    metadata = of_info(image.info)
    return header(
        "avif",
        image.size,
        mode,
        orientation=exif.orientation(metadata.exif),
        frames=getattr(image, "n_frames", 1),
        subsampling=_CHROMA.get(flags >> 2 & 0b11, "") if codec > 0 and mode != "L" else "",
        metadata=metadata,
    )


def decode(data: bytes, header: ImageHeader, scale: int) -> Pixels:
    _check_library()
    return pillow.decode(data, header, name="Avif")


def encode(pixels: Pixels, mode: str, header: ImageHeader, output: ImageOutput, kept: Metadata) -> bytes:
    from PIL import Image

    from augcli.formats.image import encoders

    grey = pixels.shape[2] == 1
    return encoders.saved(
        Image.fromarray(pixels[:, :, 0] if grey else pixels),
        "AVIF",
        quality=chosen_quality(header, output),
        subsampling="4:0:0" if grey else _NAMES.get(chosen_subsampling(header, output), "4:4:4"),
        speed=_SPEED,
        max_threads=1,
        icc_profile=kept.icc,
        exif=kept.exif,
    )


AVIF = ImageFormat(
    name="avif",
    title="AVIF",
    suffixes=(".avif",),
    recognise=lambda head: not _BRANDS.isdisjoint(brands(head)),
    modes=frozenset({"L", "RGB", "RGBA"}),
    max_side=16_384,
    keeps=Keeps(exif=True, icc=True),
    choosable=True,
    tolerance_levels=12.0,
    probe=probe,
    decode=decode,
    encode=encode,
)
