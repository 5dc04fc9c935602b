"""HEIC, through pi-heif (libheif and libde265, both LGPL), which the extra `augcli[heif]` brings. It is read, not written.

pillow-heif, by the same author, also writes, but its wheels hold x265, which is under the GPL.
"""

from __future__ import annotations

from base64 import b64decode
from functools import cache
from typing import TYPE_CHECKING, Any

from augcli.core.values.outcome import SampleError
from augcli.formats.bytes.isobmff import boxes, brands
from augcli.formats.image.format import ImageFormat
from augcli.formats.image.header import MODES, ImageHeader, Pixels, check_size, corrupt, header, truncated
from augcli.formats.image.metadata.carried import of_info

if TYPE_CHECKING:
    from augcli.core.pipeline.settings import Limits

_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})
# 16×16 red pixels, in base64.
_RED_SQUARE = (
    b"AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAXxtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERAAAEA"
    b"AQAAAAABoAABAAAAAAAAADMAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/GlwcnAAAADcaXBjbwAAAHVodmND"
    b"AQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqrprm4CGgwIAA"
    b"AAyAAAADAIRiAAEABkQBwXPBiQAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFwAAAAEAAAAAEAAAAQAAAAAf///9AAAAAC"
    b"////0AAAAAIAAAAQcGl4aQAAAAADCAgIAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAAO21kYXQAAAAvKAGvEyFkY0D1JyL//2q6n/rQWf9v9lhZ3K6AwVvy"
    b"+sD2ZJvA86qRnoCHaacwFXg="
)
_NEEDED = "reading HEIC needs an extra; pip install 'augcli[heif]'"


@cache
def _library() -> Any:
    try:
        import pi_heif
    except ImportError:
        raise SampleError("image.unsupported", _NEEDED) from None
    pi_heif.options.DECODE_THREADS = 1  # many images are processed at once
    for what in ("THUMBNAILS", "DEPTH_IMAGES", "AUX_IMAGES"):
        setattr(pi_heif.options, what, False)
    return pi_heif


def _opened(data: bytes) -> Any:
    library = _library()
    try:
        return library.open_heif(data, convert_hdr_to_8bit=False)
    except MemoryError:
        raise
    except Exception as error:  # libheif's own message; nothing has been decoded yet
        raise corrupt(f"libheif: {error}") from None


def _check_names(data: bytes, start: int, end: int) -> None:
    """Fail where the kind or name of an item is not text: pi-heif (1.4) would crash, and take the process along."""
    at = data.find(b"infe", start, end)
    while at >= 0:
        size = int.from_bytes(data[at - 4 : at], "big")
        kind = at + (12 if data[at + 4 : at + 5] == b"\3" else 10)
        try:
            data[kind : max(kind + 4, at - 4 + size)].decode()
        except UnicodeDecodeError:
            raise corrupt("the type or name of an item is not text") from None
        at = data.find(b"infe", at + 4, end)


def probe(data: bytes, limits: Limits) -> ImageHeader:
    """The header of the primary image; 10 and 12 bits are refused, since they would come out with 8.

    libheif turns the image as the file's boxes say, and EXIF repeats that, so the orientation here is 1. Raises SampleError
    `image.unsupported` without the extra.
    """
    _library()
    found = list(boxes(data))
    if any(box.start + box.size > len(data) for box in found) or all(box.name != b"meta" for box in found):
        raise truncated("its boxes are incomplete")
    for name, start, size in found:
        if name == b"meta":
            _check_names(data, start, start + size)
    image = _opened(data)
    if not len(image):
        raise corrupt("it contains no image")
    width, height = image.size
    check_size(width, height, limits)
    said = image.info
    deep = int(said.get("bit_depth", 8))
    return header(
        "heic",
        (width, height),
        image.mode if deep == 8 else f"{image.mode.partition(';')[0]};{deep}",
        frames=len(image),
        subsampling=str(said.get("chroma", "")) if image.mode != "L" else "",
        metadata=of_info(said),
    )


def decode(data: bytes, header: ImageHeader, scale: int) -> Pixels:
    """The primary image, as displayed: uint8 (H, W, C)."""
    import numpy as np

    image = _opened(data)
    try:
        flat = image.to_pillow()
        mode = MODES[header.facts.channels]
        pixels: Pixels = np.array(flat if flat.mode == mode else flat.convert(mode), dtype=np.uint8)
    except MemoryError:
        raise
    except Exception as error:
        raise corrupt(f"libheif: {error}") from None
    return pixels if pixels.ndim == 3 else pixels[:, :, None]


HEIC = ImageFormat(
    name="heic",
    title="HEIC",
    suffixes=(".heic", ".heif", ".hif"),
    recognise=lambda head: brands(head)[:1] != () and brands(head)[0] in _BRANDS and b"avif" not in brands(head),
    written_as="jpeg",  # as phones do for those who cannot read it
    needs=_NEEDED,
    sample=b64decode(_RED_SQUARE),
    sample_colour=(200, 30, 30),
    tolerance_levels=12.0,
    probe=probe,
    decode=decode,
    decodes_upright=True,
)
