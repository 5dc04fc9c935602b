"""JPEG through libjpeg-turbo: header in microseconds, strict decoding, decoding at 1/2, 1/4, 1/8.

Flips, quarter turns and aligned crops are not done on DCT coefficients, for no Python package of 2026 serves: PyTurboJPEG
needs a library from elsewhere and does not turn, turbojpeg is at 0.0.2 without a licence, jpegtran-cffi is of 2015, jpegtran
calls a program, and jpeglib reads paths only, prints to stderr, and brings libjpegs of 1998 to 2021, which hostile files
should not meet. What that costs is small with `quality: source`: the copy lies 46 to 76 dB (PSNR) from the decoded source
(three photographs, qualities 75 to 95, with and without subsampling), whose own first encoding had cost 32 to 43 dB.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from augcli.core.values.memory import told_out_of_memory
from augcli.core.values.outcome import SampleError
from augcli.formats.image import pillow
from augcli.formats.image.format import ImageFormat
from augcli.formats.image.header import ImageHeader, Pixels, check_size, corrupt, header, truncated
from augcli.formats.image.metadata import exif
from augcli.formats.image.metadata.carried import MAX_SEGMENT, NO_DENSITY, NOTHING, Keeps, Metadata, into_jpeg, is_xmp
from augcli.formats.image.quality import FACTORS, chosen_quality, chosen_subsampling

if TYPE_CHECKING:
    from augcli.core.pipeline.settings import ImageOutput, Limits

_MODES = {"YCbCr": "RGB", "RGB": "RGB", "Gray": "L", "CMYK": "CMYK", "YCCK": "CMYK"}

# Strict decoding stops at libjpeg's first warning. This one says nothing about the pixels; the others mean damage.
_HARMLESS = "Invalid SOS parameters"


_FILL = re.compile(rb"\xff+")
_MOST_SEGMENTS = 10_000  # before the first scan; a large colour profile takes 255


class _Segments(NamedTuple):
    orientation: int
    metadata: Metadata
    progressive: bool
    luma_table: bytes
    scan: int  # where the first scan begins; 0 when the header never gets there
    is_endless: bool  # more segments than are looked at


def _segments(data: bytes) -> _Segments:
    """Walk the segments before the first scan. Never fails: libjpeg decides what is broken."""
    orientation, block, profile, comments, lost, density = 1, b"", {}, [], [], NO_DENSITY
    at, end, scan, progressive, table, most = 2, len(data) - 3, 0, False, b"", _MOST_SEGMENTS
    while at < end and data[at] == 0xFF and (most := most - 1) >= 0:
        marker = data[at + 1]
        if marker == 0xFF or marker == 0x01 or 0xD0 <= marker <= 0xD7:  # fill bytes, and markers without content
            at = _after_fill(data, at) if marker == 0xFF else at + 2
            continue
        size = (data[at + 2] << 8) | data[at + 3]
        if marker == 0xDA:
            scan = at
            break
        if marker == 0xDB:
            if data[at + 4 : at + 5] == b"\0" and size >= 67:
                table = data[at + 5 : at + 69]
        elif marker == 0xC2:
            progressive = True
        elif marker == 0xE0 and data[at + 4 : at + 9] == b"JFIF\0" and size >= 14:
            density = data[at + 11 : at + 16]
        elif marker == 0xE1:
            content = data[at + 4 : at + 2 + size]
            if content.startswith(b"Exif\0"):
                block, orientation = content, exif.orientation(content)
            elif is_xmp(content):
                lost.append("xmp")
        elif marker == 0xE2 and data[at + 4 : at + 15] == b"ICC_PROFILE":
            profile[data[at + 16]] = data[at + 18 : at + 2 + size]
        elif marker == 0xED:
            lost.append("iptc")
        elif marker == 0xFE:
            comments.append(data[at + 4 : at + 2 + size])
        at += 2 + size
    if block or profile or comments or lost or density != NO_DENSITY:
        icc = b"".join(profile[number] for number in sorted(profile))
        metadata = Metadata(block, icc, density, (), tuple(comments), tuple(dict.fromkeys(lost)))
    else:
        metadata = NOTHING
    return _Segments(orientation, metadata, progressive, table, scan, most < 0)


def _after_fill(data: bytes, at: int) -> int:
    """The last of the fill bytes that begin here: any number of them may stand before a marker."""
    found = _FILL.match(data, at)
    return found.end() - 1 if found else at + 1


def _failure(data: bytes, message: str) -> SampleError:
    """Why libjpeg gave up. A truncated file gives a dozen different messages; the missing end marker identifies it."""
    scan = _segments(data).scan
    if told_out_of_memory(message):
        return corrupt(f"libjpeg: {message}")
    if not scan or data.find(b"\xff\xd9", scan) < 0:  # an end marker before the scan belongs to a thumbnail
        return truncated(f"it has no end-of-image marker ({message})")
    return corrupt(f"libjpeg: {message}")


def probe(data: bytes, limits: Limits) -> ImageHeader:
    """The header. Raises SampleError `image.truncated`, `image.corrupt`, `image.too_large`."""
    import simplejpeg

    found = _segments(data)
    if not found.scan and found.is_endless:
        raise corrupt(f"more than {_MOST_SEGMENTS:,} segments before the image")
    fast = True
    try:
        height, width, space, subsampling = simplejpeg.decode_jpeg_header(data)
    except ValueError as error:
        failure = _failure(data, str(error))
        if failure.code == "image.truncated":
            raise failure from None
        # Harmless oddities: sampling factors that TurboJPEG has no name for, JFIF revision 0.00 (cats and dogs). libjpeg
        # itself reads such files, and Pillow takes what it gives.
        image = pillow.opened(data, "Jpeg")
        (width, height), space, subsampling, fast = image.size, image.mode, "", False
    check_size(width, height, limits)
    mode = _MODES.get(space, space)
    return header(
        "jpeg",
        (width, height),
        mode,
        orientation=found.orientation,
        subsampling=subsampling if mode == "RGB" else "",
        reducible=fast and mode in ("L", "RGB"),
        metadata=found.metadata,
        progressive=found.progressive,
        luma_table=found.luma_table if len(found.luma_table) == 64 else b"",
    )


def decode(data: bytes, header: ImageHeader, scale: int) -> Pixels:
    """uint8 (ceil(H / scale), ceil(W / scale), C) as stored: orientation is not applied here."""
    import simplejpeg

    if not header.reducible:
        return pillow.decode(data, header, name="Jpeg")
    colours = "GRAY" if header.mode == "L" else "RGB"
    width, height = header.stored
    # min_factor alone does not shrink: the smallest allowed size must be given with it.
    size = {"min_width": -(-width // scale), "min_height": -(-height // scale), "min_factor": scale} if scale > 1 else {}
    try:
        pixels: Pixels = simplejpeg.decode_jpeg(data, colours, **size)
    except ValueError as error:
        if not str(error).startswith(_HARMLESS):
            raise _failure(data, str(error)) from None
        # The warning hid what may come after it. Pillow fails on a file that is cut off, so let it look first.
        pillow.decode(data, header, name="Jpeg")
        pixels = simplejpeg.decode_jpeg(data, colours, strict=False, **size)
    return pixels


def encode(pixels: Pixels, mode: str, header: ImageHeader, output: ImageOutput, kept: Metadata) -> bytes:
    data = _encoded(pixels, header, output)
    return data if kept is NOTHING else into_jpeg(data, kept)


def _encoded(pixels: Pixels, header: ImageHeader, output: ImageOutput) -> bytes:
    """Encode uint8 (H, W, 1 or 3), C-contiguous, to a JPEG that begins with a JFIF segment.

    Baseline JPEGs are written by simplejpeg. Progressive ones take ten times as long with every encoder; OpenCV writes them.
    """
    import cv2
    import simplejpeg

    from augcli.formats.image import encoders

    grey = pixels.shape[2] == 1
    quality = chosen_quality(header, output)
    subsampling = chosen_subsampling(header, output)
    if header.progressive if output.progressive == "source" else output.progressive:
        flags = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_PROGRESSIVE, 1]
        if not grey:
            pixels = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
            flags += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, FACTORS[subsampling]]
        return encoders.from_opencv(pixels, ".jpg", flags)
    with encoders.refusals(pixels):
        data: bytes = simplejpeg.encode_jpeg(
            pixels,
            quality=quality,
            colorspace="GRAY" if grey else "RGB",
            colorsubsampling="Gray" if grey else subsampling,
        )
    return data


JPEG = ImageFormat(
    name="jpeg",
    title="JPEG",
    suffixes=(".jpg", ".jpeg", ".jpe", ".jfif"),
    signatures=((0, b"\xff\xd8\xff"),),
    modes=frozenset({"L", "RGB"}),
    max_side=65_500,  # libjpeg's
    keeps=Keeps(exif=True, icc=True, comments=True, jfif_density=True, max_exif_bytes=MAX_SEGMENT - 6),
    choosable=True,
    tolerance_levels=12.0,
    probe=probe,
    decode=decode,
    encode=encode,
)
