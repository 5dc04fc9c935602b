"""What is known about an image before it is decoded, and the checks that all image formats share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from augcli.core.values.facts import ImageFacts
from augcli.core.values.memory import told_out_of_memory
from augcli.core.values.outcome import SampleError
from augcli.formats.image.metadata.carried import NOTHING, Metadata

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from augcli.core.pipeline.settings import Limits

Pixels: TypeAlias = "NDArray[Any]"  # uint8 or uint16 (H, W, C): C is 1 grey, 3 RGB, 4 RGBA with straight alpha

# How many channels decode() gives for a mode of a file, when no transparency is declared beside it.
CHANNELS = {"1": 1, "L": 1, "LA": 4, "P": 3, "PA": 4, "RGB": 3, "RGBA": 4, "RGBX": 3, "RGBa": 4, "La": 4, "CMYK": 3, "YCbCr": 3}
CHANNELS |= {"L;16": 1, "LA;16": 4, "RGB;16": 3, "RGBA;16": 4, "L;float32": 1, "RGB;float32": 3}  # worked on in 16 bits
MODES = {1: "L", 3: "RGB", 4: "RGBA"}


class ImageHeader(NamedTuple):
    """An image file, from its header alone."""

    format: str  # the name of its ImageFormat
    facts: ImageFacts  # as seen, after EXIF orientation; channels as decode() gives them
    mode: str  # the file's own: "L" "RGB" "RGBA" "P" "LA" "1" "CMYK" "RGB;16" "L;float32" ...
    orientation: int  # EXIF, 1 to 8
    frames: int = 1  # of an animation, or pages
    subsampling: str = ""  # "420" "422" "444" ... of a JPEG in colour; "" otherwise, or when it has no name
    lossless: bool = False  # a WebP that was written without loss
    reducible: bool = False  # can be decoded at 1/2, 1/4 and 1/8
    metadata: Metadata = NOTHING
    progressive: bool = False  # a JPEG in passes
    value_range: tuple[float, float] | None = None  # of floats: which values are 0 and 65535
    luma_table: bytes = b""  # a JPEG's first quantisation table, when it is one of bytes
    durations_ms: tuple[float, ...] = ()  # of an animation, one for each frame; () where the frames cannot be told
    plays: int = 1  # how often an animation is shown; 0 for ever
    pages: tuple[ImageHeader, ...] = ()  # when all frames are wanted: of each page, or of the animation as a whole

    @property
    def stored(self) -> tuple[int, int]:
        """Width and height as stored in the file, before EXIF orientation."""
        width, height = self.facts.width, self.facts.height
        return (height, width) if self.orientation > 4 else (width, height)


def header(
    kind: str, size: tuple[int, int], mode: str, *, orientation: int = 1, transparent: bool = False, **more: Any
) -> ImageHeader:
    """Build the header; `size` is (width, height) as stored. Fails with `image.unsupported_mode` when decode() could not."""
    channels = CHANNELS.get(mode)
    if channels is None:
        raise SampleError(
            "image.unsupported_mode",
            f"mode {mode} is not supported; 8 bits per channel are (grey, palette, RGB, RGBA, CMYK), and 16 in PNG and TIFF; "
            "convert the file first",
        )
    channels = 4 if transparent else channels
    width, height = size if orientation < 5 else size[::-1]
    return ImageHeader(kind, ImageFacts(width, height, channels, 16 if ";" in mode else 8), mode, orientation, **more)


def check_size(width: int, height: int, limits: Limits) -> None:
    """Fail before anything of that size is allocated: a few bytes can claim thousands of megapixels."""
    if width <= 0 or height <= 0:
        raise SampleError("image.corrupt", f"the header says {width}×{height} pixels")
    if width * height > limits.max_pixels:
        raise SampleError(
            "image.too_large", f"{width}×{height} is {width * height:,} pixels; limits.max_pixels is {limits.max_pixels:,}"
        )


def check_room(header: ImageHeader) -> None:
    """Fail with MemoryError where there is no room to decode the pixels: not all libraries tell why they give none."""
    import numpy as np

    facts = header.facts
    np.empty((facts.height, facts.width, facts.channels, 4), np.uint8)


def truncated(what: str) -> SampleError:
    return SampleError("image.truncated", f"the file is truncated: {what}")


def corrupt(what: str) -> SampleError:
    """What a library says of a broken file; where it says that memory ran out, the file may be good."""
    return SampleError("memory" if told_out_of_memory(what) else "image.corrupt", what)
