"""TIFF of 16 bits or of 32-bit floats a channel, through OpenCV's libtiff: Pillow makes 8 bits of some and refuses others.

Floats are worked on as 16 bits over a range that the image's own values give, and written as floats over the same range.
"""

from __future__ import annotations

import io
import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from augcli.core.pipeline.settings import Limits
from augcli.core.values.outcome import SampleError
from augcli.formats.image import encoders, tiff_pages
from augcli.formats.image.header import ImageHeader, Pixels, check_room, check_size, corrupt, header, truncated
from augcli.formats.image.metadata.tiff_tags import directory_ends_early, ends_early, metadata_of, number, numbers

# Set once, at import: what libtiff has to say of a broken file is not for the user's terminal.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _ORIENTATION, _SAMPLES, _PLANAR = 256, 257, 258, 259, 262, 274, 277, 284
_TILE_WIDTH, _TILE_HEIGHT, _EXTRA, _FORMAT = 322, 323, 338, 339
_PACKINGS = (1, 5, 8, 32773, 32946)  # none, LZW, Deflate, PackBits, Deflate by its older number
_WHITE_IS_ZERO, _BLACK_IS_ZERO = 0, 1
_MULTIPLIED = 1  # of ExtraSamples: colours are multiplied by alpha
_FULL = 65_535
# By channels before and after: OpenCV counts blue first.
_TURNED = {(3, 3): cv2.COLOR_RGB2BGR, (4, 4): cv2.COLOR_RGBA2BGRA, (4, 3): cv2.COLOR_BGRA2RGB}


def probe(data: bytes, limits: Limits) -> ImageHeader:
    """The first page's header; for floats all values are read, since they give the range.

    Raises SampleError: `image.unsupported_mode` for any other depth or layout, `image.not_finite` for NaN and infinity.
    """
    if directory_ends_early(data):
        raise truncated("its directory lies beyond the end of the file")
    tags, frames = _first_directory(data), tiff_pages.count(data, limits.max_frames + 1)
    width, height = number(tags.get(_WIDTH, 0)), number(tags.get(_HEIGHT, 0))
    check_size(width, height, limits)
    # A tile may claim more than its page.
    check_size(number(tags.get(_TILE_WIDTH, 1)), number(tags.get(_TILE_HEIGHT, 1)), limits)
    mode = _mode_of(tags)
    orientation = number(tags.get(_ORIENTATION, 1))

    def exif() -> Image.Exif:
        found = Image.Exif()
        found.bigtiff, found.endian = tags._bigtiff, tags._endian
        found.load_from_fp(io.BytesIO(data), tags._offset)
        return found

    found = header(
        "tiff",
        (width, height),
        mode,
        orientation=orientation if 1 <= orientation <= 8 else 1,
        frames=frames,
        metadata=metadata_of(tags, exif),
    )
    return found._replace(value_range=_range_of(_read(data, found))) if mode.endswith("float32") else found


def decode(data: bytes, header: ImageHeader) -> Pixels:
    """uint16 (H, W, C) as seen; of floats, the lowest value of the range is 0 and the highest 65535."""
    pixels = _read(data, header)
    if header.value_range is None:
        return pixels  # type: ignore[no-any-return]
    low, high = header.value_range
    scaled = (pixels.astype(np.float64) - low) * (_FULL / (high - low) if high > low else 0.0)
    deep: Pixels = np.clip(np.rint(scaled), 0, _FULL).astype(np.uint16)
    return deep


def encode(pixels: Pixels, value_range: tuple[float, float] | None) -> bytes:
    """uint16 (H, W, 1 | 3 | 4), packed by LZW; with a range, as float32 over it."""
    channels = pixels.shape[2]
    planes: Any = pixels if channels == 1 else cv2.cvtColor(pixels, _TURNED[channels, channels])
    if value_range is not None:
        low, high = value_range
        planes = (low + planes * ((high - low) / _FULL)).astype(np.float32)
    packed = [cv2.IMWRITE_TIFF_COMPRESSION, cv2.IMWRITE_TIFF_COMPRESSION_LZW]
    return encoders.from_opencv(planes, ".tiff", packed)


def _first_directory(data: bytes) -> Any:
    """The tags of the first page."""
    file = io.BytesIO(data)
    try:
        tags = TiffImagePlugin.ImageFileDirectory_v2(file.read(16 if 43 in data[2:4] else 8))  # 43: BigTIFF
        file.seek(tags.next)
        tags.load(file)
    except MemoryError:
        raise
    except Exception as error:  # on hostile bytes nearly anything
        raise corrupt(str(error) or type(error).__name__) from None
    return tags


def _mode_of(tags: Any) -> str:
    samples = number(tags.get(_SAMPLES, 1))
    bits, form = set(numbers(tags.get(_BITS, 1))), set(numbers(tags.get(_FORMAT, 1)))
    photometric, planar = number(tags.get(_PHOTOMETRIC, _BLACK_IS_ZERO)), number(tags.get(_PLANAR, 1))
    depth = "16" if bits == {16} and form == {1} else "float32" if bits == {32} and form == {3} else ""
    wanted = {"16": ((0, 1), (1, 1), (2, 3), (2, 4)), "float32": ((1, 1), (2, 3))}.get(depth, ())
    packing = number(tags.get(_COMPRESSION, 1))
    if (photometric, samples) in wanted and (planar == 1 or samples == 1) and packing in _PACKINGS:
        opaque = samples == 4 and numbers(tags.get(_EXTRA, 2))[0] not in (1, 2)  # the fourth is something else
        return f"{'L' if samples == 1 else 'RGB' if samples == 3 or opaque else 'RGBA'};{depth}"
    kinds = {1: "unsigned", 2: "signed", 3: "float"}
    what = f"{samples} × {'/'.join(map(str, sorted(bits)))} bits {kinds.get(min(form), 'of another kind')}"
    what += ", plane after plane" if planar != 1 and samples > 1 else ""
    raise SampleError(
        "image.unsupported_mode",
        f"TIFF pixels of {what} (photometric interpretation {photometric}, compression {packing}) are not supported; grey, "
        "RGB and RGBA of 8 or 16 unsigned bits are, and grey and RGB of 32-bit floats; convert the file first",
    )


def _read(data: bytes, header: ImageHeader) -> Any:
    """The values in the file, uint16 or float32 (H, W, C), turned as EXIF says."""
    tags = _first_directory(data)
    try:
        found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise corrupt(str(error.err) or "the pixels cannot be read") from None
    dtype = np.uint16 if header.mode.endswith(";16") else np.float32
    if found is None or found.dtype != dtype:
        check_room(header)
        raise (
            truncated("its pixels lie beyond the end of the file")
            if ends_early(tags, len(data))
            else corrupt("the pixels cannot be read")
        )
    if found.ndim == 2:
        if number(tags.get(_PHOTOMETRIC, _BLACK_IS_ZERO)) == _WHITE_IS_ZERO:
            found = np.uint16(_FULL) - found
        return found[:, :, None]
    if (found.shape[2], header.facts.channels) not in _TURNED:
        raise corrupt(f"its pixels have {found.shape[2]} values, but its tags say {header.facts.channels}")
    pixels = cv2.cvtColor(found, _TURNED[found.shape[2], header.facts.channels])
    if header.facts.channels == 4 and numbers(tags.get(_EXTRA, 2))[0] == _MULTIPLIED:
        alpha = pixels[:, :, 3:].astype(np.uint32)
        straight = (pixels[:, :, :3] * np.uint64(_FULL) + alpha // 2) // np.maximum(alpha, 1)
        pixels[:, :, :3] = np.minimum(straight, _FULL)
    return pixels


def _range_of(values: NDArray[np.float32]) -> tuple[float, float]:
    """0 to 1 where all values lie within, else from the lowest to the highest."""
    low, high = float(np.min(values)), float(np.max(values))
    if not (math.isfinite(low) and math.isfinite(high)):
        raise SampleError("image.not_finite", "the image contains NaN or infinite values")
    return (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)
