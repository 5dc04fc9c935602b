"""Pillow, tamed: plugins are called by name, with our own limits, and whatever they raise becomes a SampleError.

Pillow and numpy are imported when the first file is opened.
"""

from __future__ import annotations

import io
import warnings
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from augcli.core.values.memory import told_out_of_memory
from augcli.core.values.outcome import SampleError
from augcli.formats.image.header import MODES, ImageHeader, Pixels, check_room, corrupt, truncated

if TYPE_CHECKING:
    from PIL import Image, ImageFile

_STRIP = 512  # rows


@cache
def plugin(name: str) -> Any:
    """The class that reads a format, by Pillow's name for it: "Gif" "WebP" ...

    Pillow's own limit is one number for the process, warns on stderr at half of it, and knows nothing of the user's
    `limits.max_pixels`, which is checked for every format before Pillow allocates anything. Set once, for changing it
    around each call would be a race between threads. The same goes for its warnings about odd metadata.
    """
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    warnings.filterwarnings("ignore", module=r"PIL\.")
    return getattr(import_module(f"PIL.{name}ImagePlugin"), f"{name}ImageFile")


def failure(error: Exception) -> SampleError:
    if isinstance(error, SampleError):
        return error
    message = str(error) or type(error).__name__
    if told_out_of_memory(message):
        return SampleError("memory", message)
    if isinstance(error, EOFError) or "truncated" in message.lower() or "not enough data" in message.lower():
        return truncated(message)
    return corrupt(message)


def opened(data: bytes, name: str) -> ImageFile.ImageFile:
    """Read the header. `name` is that of the plugin."""
    try:
        image: ImageFile.ImageFile = plugin(name)(io.BytesIO(data))
        return image
    except MemoryError:
        raise
    except Exception as error:  # on hostile bytes plugins raise nearly anything
        raise failure(error) from None


def decode(data: bytes, header: ImageHeader, scale: int = 1, *, name: str) -> Pixels:
    """The first frame as uint8 (H, W, C), with the channels that the header says; as stored (TIFF: as seen)."""
    from augcli.formats.image.metadata.profile import to_srgb

    try:
        image = opened(data, name)
        mode = MODES[header.facts.channels]
        if image.mode == "CMYK" and (transform := to_srgb(header.metadata.icc)):
            flat = transform(image)
        else:
            flat = image if image.mode == mode and "transparency" not in image.info else image.convert(mode)
        return _values(flat, header.facts.channels)
    except MemoryError:
        raise
    except Exception as error:
        check_room(header)
        raise failure(error) from None


def _values(image: Image.Image, channels: int) -> Pixels:
    """The values as an array; large ones in strips, because Pillow would copy the whole twice on the way."""
    import numpy as np

    width, height = image.size
    pixels = np.empty((height, width, channels), np.uint8)
    for top in range(0, height, _STRIP):
        bottom = min(top + _STRIP, height)
        strip = image if height <= _STRIP else image.crop((0, top, width, bottom))
        pixels[top:bottom] = np.asarray(strip).reshape(bottom - top, width, channels)
    return pixels


def later_frames(data: bytes, header: ImageHeader, *, name: str) -> list[Pixels]:
    """The frames after the first, each as its canvas shows it: uint8 (H, W, C), with the header's channels, or more where
    a frame needs them (a clear pixel, a colour among grey ones)."""
    import numpy as np

    frames = []
    try:
        image = opened(data, name)
        for number in range(1, header.frames):
            image.seek(number)
            frames.append(_narrowed(np.array(image.convert("RGBA"), dtype=np.uint8), header.facts.channels))
    except MemoryError:
        raise
    except Exception as error:
        check_room(header)
        raise failure(error) from None
    return frames


def _narrowed(pixels: Pixels, channels: int) -> Pixels:
    import numpy as np

    if channels == 4 or pixels[:, :, 3].min() < 255:
        return pixels
    grey = channels == 1 and bool((pixels[:, :, 1:3] == pixels[:, :, :1]).all())
    return np.ascontiguousarray(pixels[:, :, : 1 if grey else 3])
