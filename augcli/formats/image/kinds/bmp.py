"""BMP. OpenCV writes it, but for one bit per pixel, which Pillow writes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from augcli.formats.image import pillow
from augcli.formats.image.format import ImageFormat
from augcli.formats.image.header import ImageHeader, Pixels, check_size, header, truncated
from augcli.formats.image.metadata.carried import Keeps, Metadata, into_bmp, of_bmp

if TYPE_CHECKING:
    from augcli.core.pipeline.settings import ImageOutput, Limits

_HEADER_SIZES = frozenset(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))


def probe(data: bytes, limits: Limits) -> ImageHeader:
    if len(data) < 18 or len(data) < 14 + int.from_bytes(data[14:18], "little"):
        raise truncated("the header is incomplete")
    image = pillow.opened(data, "Bmp")
    check_size(*image.size, limits)
    return header("bmp", image.size, image.mode, metadata=of_bmp(data))


def encode(pixels: Pixels, mode: str, header: ImageHeader, output: ImageOutput, kept: Metadata) -> bytes:
    from augcli.formats.image import encoders

    data = encoders.by_pillow(pixels, mode, "BMP") if mode == "1" else encoders.by_opencv(pixels, ".bmp")
    return into_bmp(data, kept)


BMP = ImageFormat(
    name="bmp",
    title="BMP",
    suffixes=(".bmp", ".dib"),
    # Two letters prove nothing: many a text begins with BM.
    recognise=lambda head: head.startswith(b"BM") and head[14:18] in _HEADER_SIZES,
    might_be=lambda data: data.startswith(b"BM"),
    modes=frozenset({"1", "L", "RGB", "RGBA"}),
    keeps=Keeps(density=True),
    choosable=True,
    probe=probe,
    decode=partial(pillow.decode, name="Bmp"),
    encode=encode,
)
