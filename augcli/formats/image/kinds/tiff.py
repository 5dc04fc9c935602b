"""TIFF: 8 bits per channel through Pillow, deeper ones through OpenCV's libtiff (`deep_tiff`), several pages as files of one."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from augcli.core.values.outcome import SampleError
from augcli.formats.image import pillow, tiff_pages
from augcli.formats.image.format import ImageFormat
from augcli.formats.image.header import ImageHeader, Pixels, check_size, header, truncated
from augcli.formats.image.metadata.carried import Keeps, Metadata

if TYPE_CHECKING:
    from augcli.core.pipeline.settings import ImageOutput, Limits

_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_BITS, _SAMPLE_FORMAT, _ORIENTATION, _TILE_WIDTH, _TILE_HEIGHT = 258, 339, 274, 322, 323  # tags


def probe(data: bytes, limits: Limits) -> ImageHeader:
    """The first page's header. The declared bits tell what is deep: Pillow would quietly make 8 bits of some."""
    from augcli.formats.image import deep_tiff
    from augcli.formats.image.metadata.tiff_tags import directory_ends_early, metadata_of, number, numbers

    if len(data) < 16:
        raise truncated("the header is incomplete")
    try:
        image = pillow.plugin("Tiff")(io.BytesIO(data))
        tags = image.tag_v2
        frames = tiff_pages.count(data, limits.max_frames + 1)
    except (MemoryError, SampleError):
        raise
    except Exception as error:
        if str(error) == "unknown pixel mode":
            return deep_tiff.probe(data, limits)
        if directory_ends_early(data):
            raise truncated(f"its directory lies beyond the end of the file ({error})") from None
        raise pillow.failure(error) from None
    check_size(image.width, image.height, limits)
    # A tile may claim more than its page.
    check_size(number(tags.get(_TILE_WIDTH, 1)), number(tags.get(_TILE_HEIGHT, 1)), limits)
    if max(numbers(tags.get(_BITS, 1))) > 8 or max(numbers(tags.get(_SAMPLE_FORMAT, 1))) not in (1, 4):  # 1 unsigned, 4 "void"
        return deep_tiff.probe(data, limits)
    orientation = number(tags.get(_ORIENTATION, 1))
    orientation = orientation if 1 <= orientation <= 8 else 1
    # Pillow gives the size as seen already, and turns the pixels when it loads them.
    stored = image.size if orientation < 5 else image.size[::-1]
    kept = metadata_of(tags, image.getexif)
    return header("tiff", stored, image.mode, orientation=orientation, frames=frames, metadata=kept)


def decode(data: bytes, header: ImageHeader, scale: int) -> Pixels:
    from augcli.formats.image import deep_tiff
    from augcli.formats.image.metadata.tiff_tags import ends_early

    if header.facts.bits == 16:
        return deep_tiff.decode(data, header)
    try:
        return pillow.decode(data, header, name="Tiff")
    except SampleError as failure:
        if ends_early(pillow.opened(data, "Tiff").tag_v2, len(data)):  # type: ignore[attr-defined]
            raise truncated(f"its pixels lie beyond the end of the file ({failure.message})") from None
        raise


def encode(pixels: Pixels, mode: str, header: ImageHeader, output: ImageOutput, kept: Metadata) -> bytes:
    """Compressed by LZW, but for one bit per pixel. A TIFF of floats stays one, over the values that the source spanned."""
    from augcli.formats.image import deep_tiff, encoders
    from augcli.formats.image.metadata.tiff_tags import into_tiff

    if ";" in mode:
        data = deep_tiff.encode(pixels, header.value_range)
    elif mode in _BY_PILLOW:
        data = encoders.by_pillow(pixels, mode, "TIFF", **_BY_PILLOW[mode])
    else:
        data = encoders.by_opencv(pixels, ".tif")
    return into_tiff(data, kept) if kept.exif or kept.icc else data


_BY_PILLOW: dict[str, dict[str, Any]] = {"1": {"compression": "group4"}, "LA": {"compression": "tiff_lzw"}}


TIFF = ImageFormat(
    name="tiff",
    title="TIFF",
    suffixes=(".tif", ".tiff"),
    recognise=lambda head: head[:4] in _STARTS and head[8:10] != b"CR",  # CR: a raw file of a camera
    modes=frozenset({"1", "L", "LA", "RGB", "RGBA", "L;16", "RGB;16", "RGBA;16", "L;float32", "RGB;float32"}),
    keeps=Keeps(exif=True, icc=True),
    choosable=True,
    probe=probe,
    decode=decode,
    decodes_upright=True,
    encode=encode,
    split_pages=tiff_pages.split,
    join_pages=tiff_pages.joined,
)
