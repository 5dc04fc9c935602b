"""Pillow, tamed: plugins are called by name, with our own limits, and whatever they raise becomes a SampleError."""

from __future__ import annotations

import io
import warnings

import numpy as np
from PIL import Image, ImageFile

from augcli.core.values.outcome import SampleError
from augcli.formats.image.header import MODES, ImageHeader, Pixels, corrupt, truncated
from augcli.formats.image.metadata.profile import to_srgb

Plugin = type[ImageFile.ImageFile]

# Pillow's own limit is one number for the process, warns on stderr at half of it, and knows nothing of the user's
# `limits.max_pixels`, which is checked for every format before Pillow allocates anything. Set once, at import:
# changing it around each call would be a race between threads. The same goes for its warnings about odd metadata.
Image.MAX_IMAGE_PIXELS = None
warnings.filterwarnings("ignore", module=r"PIL\.")

_STRIP = 512  # rows


def failure(error: Exception) -> SampleError:
    message = str(error) or type(error).__name__
    if isinstance(error, EOFError) or "truncated" in message.lower() or "not enough data" in message.lower():
        return truncated(message)
    return corrupt(message)


def opened(data: bytes, plugin: Plugin) -> ImageFile.ImageFile:
    try:
        return plugin(io.BytesIO(data))
    except MemoryError:
        raise
    except Exception as error:  # on hostile bytes plugins raise nearly anything
        raise failure(error) from None


def measure(data: bytes, plugin: Plugin) -> tuple[tuple[int, int], str]:
    """(width, height) as stored, and mode."""
    image = opened(data, plugin)
    return image.size, image.mode


def decode(data: bytes, header: ImageHeader, plugin: Plugin) -> Pixels:
    """The first frame as uint8 (H, W, C), with the channels that the header says; as stored (TIFF: as seen)."""
    image = opened(data, plugin)
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
        raise failure(error) from None


def _values(image: Image.Image, channels: int) -> Pixels:
    """The values as an array; large ones in strips, because Pillow would copy the whole twice on the way."""
    width, height = image.size
    pixels = np.empty((height, width, channels), np.uint8)
    for top in range(0, height, _STRIP):
        bottom = min(top + _STRIP, height)
        strip = image if height <= _STRIP else image.crop((0, top, width, bottom))
        pixels[top:bottom] = np.asarray(strip).reshape(bottom - top, width, channels)
    return pixels


def later_frames(data: bytes, header: ImageHeader, plugin: Plugin) -> list[Pixels]:
    """The frames after the first, each as its canvas shows it: uint8 (H, W, C), with the header's channels, or more where
    a frame needs them (a clear pixel, a colour among grey ones)."""
    image = opened(data, plugin)
    frames = []
    try:
        for number in range(1, header.frames):
            image.seek(number)
            frames.append(_narrowed(np.array(image.convert("RGBA"), dtype=np.uint8), header.facts.channels))
    except MemoryError:
        raise
    except Exception as error:
        raise failure(error) from None
    return frames


def _narrowed(pixels: Pixels, channels: int) -> Pixels:
    if channels == 4 or pixels[:, :, 3].min() < 255:
        return pixels
    grey = channels == 1 and bool((pixels[:, :, 1:3] == pixels[:, :, :1]).all())
    return np.ascontiguousarray(pixels[:, :, : 1 if grey else 3])
