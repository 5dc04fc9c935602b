"""Pillow, tamed: plugins are called by name, with our own limits, and whatever they raise becomes a SampleError."""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from augcli.core.pipeline.settings import Limits
from augcli.core.values.outcome import SampleError
from augcli.formats.bytes.encoded import Encoded
from augcli.formats.image import deep_tiff
from augcli.formats.image.header import MODES, ImageHeader, Pixels, check_size, corrupt, header, truncated
from augcli.formats.image.metadata.carried import Metadata, of_bmp
from augcli.formats.image.metadata.profile import to_srgb
from augcli.formats.image.metadata.tiff_tags import directory_ends_early, ends_early, metadata_of, number, numbers

# Pillow's own limit is one number for the process, warns on stderr at half of it, and knows nothing of the user's
# `limits.max_pixels`, which is checked for every format before Pillow allocates anything. Set once, at import:
# changing it around each call would be a race between threads. The same goes for its warnings about odd metadata.
Image.MAX_IMAGE_PIXELS = None
warnings.filterwarnings("ignore", module=r"PIL\.")

_STRIP = 512  # rows

_PLUGINS: dict[str, type[ImageFile.ImageFile]] = {
    "jpeg": JpegImagePlugin.JpegImageFile,
    "png": PngImagePlugin.PngImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
    "bmp": BmpImagePlugin.BmpImageFile,
    "tiff": TiffImagePlugin.TiffImageFile,
    "gif": GifImagePlugin.GifImageFile,
    "avif": AvifImagePlugin.AvifImageFile,
}

# TIFF tags.
_BITS, _SAMPLE_FORMAT, _ORIENTATION, _TILE_WIDTH, _TILE_HEIGHT = 258, 339, 274, 322, 323


def _failure(error: Exception) -> SampleError:
    message = str(error) or type(error).__name__
    if isinstance(error, EOFError) or "truncated" in message.lower() or "not enough data" in message.lower():
        return truncated(message)
    return corrupt(message)


def opened(data: bytes, kind: str) -> ImageFile.ImageFile:
    try:
        return _PLUGINS[kind](io.BytesIO(data))
    except MemoryError:
        raise
    except Exception as error:  # on hostile bytes plugins raise nearly anything
        raise _failure(error) from None


def measure(data: bytes, kind: str) -> tuple[tuple[int, int], str]:
    """(width, height) as stored, and mode."""
    image = opened(data, kind)
    return image.size, image.mode


def probe_bmp(data: bytes, limits: Limits) -> ImageHeader:
    if len(data) < 18 or len(data) < 14 + int.from_bytes(data[14:18], "little"):
        raise truncated("the header is not whole")
    image = opened(data, "bmp")
    check_size(*image.size, limits)
    return header("bmp", image.size, image.mode, metadata=of_bmp(data))


def probe_tiff(data: bytes, limits: Limits) -> ImageHeader:
    """TIFF, by its first page. Deep samples are told by their declared bits: Pillow would quietly make 8 bits of some."""
    if len(data) < 16:
        raise truncated("the header is not whole")
    try:
        image = TiffImagePlugin.TiffImageFile(io.BytesIO(data))
        tags = image.tag_v2
        frames = image.n_frames
    except MemoryError:
        raise
    except Exception as error:
        if str(error) == "unknown pixel mode":
            return deep_tiff.probe(data, limits)
        if directory_ends_early(data):
            raise truncated(f"its directory lies beyond its end ({error})") from None
        raise _failure(error) from None
    check_size(*image.size, limits)
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


def decode(data: bytes, header: ImageHeader) -> Pixels:
    """The first frame as uint8 (H, W, C), with the channels that the header says; as stored (TIFF: as seen)."""
    image = opened(data, header.format)
    try:
        mode = MODES[header.facts.channels]
        if image.mode == "CMYK" and (transform := to_srgb(header.metadata.icc)):
            flat = transform(image)
        else:
            flat = image if image.mode == mode and "transparency" not in image.info else image.convert(mode)
        return _values(flat, header.facts.channels)
    except MemoryError:
        raise
    except Exception as error:
        if isinstance(image, TiffImagePlugin.TiffImageFile) and ends_early(image.tag_v2, len(data)):
            raise truncated(f"pixels lie beyond its end ({error})") from None
        raise _failure(error) from None


def _values(image: Image.Image, channels: int) -> Pixels:
    """The values as an array; large ones in strips, because Pillow would copy the whole twice on the way."""
    width, height = image.size
    pixels = np.empty((height, width, channels), np.uint8)
    for top in range(0, height, _STRIP):
        bottom = min(top + _STRIP, height)
        strip = image if height <= _STRIP else image.crop((0, top, width, bottom))
        pixels[top:bottom] = np.asarray(strip).reshape(bottom - top, width, channels)
    return pixels


def later_frames(data: bytes, header: ImageHeader) -> list[Pixels]:
    """The frames after the first, each as its canvas shows it: uint8 (H, W, C), with the header's channels, or more where
    a frame needs them (a clear pixel, a colour among grey ones)."""
    image = opened(data, header.format)
    frames = []
    try:
        for number in range(1, header.frames):
            image.seek(number)
            frames.append(_narrowed(np.array(image.convert("RGBA"), dtype=np.uint8), header.facts.channels))
    except MemoryError:
        raise
    except Exception as error:
        raise _failure(error) from None
    return frames


def _narrowed(pixels: Pixels, channels: int) -> Pixels:
    if channels == 4 or pixels[:, :, 3].min() < 255:
        return pixels
    grey = channels == 1 and bool((pixels[:, :, 1:3] == pixels[:, :, :1]).all())
    return np.ascontiguousarray(pixels[:, :, : 1 if grey else 3])


def encode_gif(pixels: Pixels, clear: bool) -> Encoded:
    """A GIF of one frame; `clear`: colour 255 stands for what is clear. Notes say whether colours or alpha had to be changed.

    A median cut keeps colours where the palette holds them all. It takes 70 ms for 500×375 pixels; an octree takes 1 ms, and
    leaves bands in skies.
    """
    notes: dict[str, str] = {}
    colours = pixels[:, :, :3]
    if clear:
        holes = pixels[:, :, 3] < 128
        if ((pixels[:, :, 3] > 0) & (pixels[:, :, 3] < 255)).any():
            notes["alpha"] = "clear or opaque, by one half"
        hidden = np.uint8(0) if holes.all() else colours[~holes][:1]  # a colour that is there takes no place in the palette
        colours = np.where(holes[:, :, None], hidden, colours)
    image = Image.fromarray(colours[:, :, 0] if pixels.shape[2] == 1 else colours)
    most = 255 if clear else 256
    if image.mode == "RGB":
        if image.getcolors(most) is None:
            notes["palette"] = f"the nearest of {most} colours a frame"
        image = image.quantize(most, method=Image.Quantize.MEDIANCUT)
    file, more = io.BytesIO(), {}
    if clear:
        palette = image.getpalette() or []
        numbers = np.where(holes, np.uint8(255), np.asarray(image))
        image, more = Image.fromarray(numbers), {"transparency": 255}
        image.putpalette(bytes(palette).ljust(768, b"\0"))
    image.save(file, "GIF", optimize=False, interlace=False, **more)
    return Encoded(file.getvalue(), ".gif", notes)


def encode_webp(pixels: Pixels, quality: int, lossless: bool, kept: Metadata) -> bytes:
    """WebP. The methods are the knees of time against size: 2 costs half of the default 4 at the same size and PSNR;
    lossless at 1 costs a quarter for 4 % more bytes. `exact` keeps the colours under full transparency."""
    file = io.BytesIO()
    image = Image.fromarray(pixels)
    more = {"icc_profile": kept.icc, "exif": kept.exif}
    if lossless:
        image.save(file, "WEBP", lossless=True, quality=0, method=1, exact=True, **more)
    else:
        image.save(file, "WEBP", quality=quality, method=2, **more)
    return file.getvalue()


def encode_rare(pixels: Pixels, mode: str, target: str) -> bytes:
    """PNG, TIFF or BMP in a mode that OpenCV does not write. The pixels must fit: only 0 and 255, or equal colours."""
    file = io.BytesIO()
    if mode == "1":
        Image.fromarray(pixels[:, :, 0]).convert("1", dither=Image.Dither.NONE).save(file, target, **_RARE[target, mode])
    else:
        Image.fromarray(np.ascontiguousarray(pixels[:, :, 2:])).save(file, target, **_RARE[target, mode])
    return file.getvalue()


_RARE: dict[tuple[str, str], dict[str, Any]] = {
    ("png", "1"): {"compress_level": 6},
    ("png", "LA"): {"compress_level": 3},
    ("tiff", "1"): {"compression": "group4"},
    ("tiff", "LA"): {"compression": "tiff_lzw"},
    ("bmp", "1"): {},
}
