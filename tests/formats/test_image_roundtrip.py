"""Round trips, one row a format and mode: what came in, and what goes out of a picture of another size made from it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from augcli.core.settings import ImageOutput, Limits
from augcli.formats import image
from augcli.formats.encoded import Encoded

RGB_PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

# format, mode, how it is saved | mode that goes out, format where it is another one, notes
TABLE: list[tuple[str, str, dict[str, Any], str, str, dict[str, str]]] = [
    ("JPEG", "L", {}, "L", "", {}),
    ("JPEG", "RGB", {"subsampling": 2}, "RGB", "", {}),
    ("JPEG", "RGB", {"subsampling": 1}, "RGB", "", {}),
    ("JPEG", "RGB", {"subsampling": 0, "progressive": True}, "RGB", "", {}),
    ("JPEG", "CMYK", {}, "RGB", "", {"converted": "CMYK to RGB", "icc_profile": "not kept: it is for CMYK"}),
    ("PNG", "1", {}, "1", "", {}),
    ("PNG", "L", {}, "L", "", {}),
    ("PNG", "LA", {}, "LA", "", {}),
    ("PNG", "P", {}, "RGB", "", {"converted": "P to RGB"}),
    ("PNG", "RGB", {}, "RGB", "", {}),
    ("PNG", "RGBA", {}, "RGBA", "", {}),
    ("WEBP", "RGB", {}, "RGB", "", {}),
    ("WEBP", "RGBA", {}, "RGBA", "", {}),
    ("WEBP", "RGBA", {"lossless": True}, "RGBA", "", {}),
    ("AVIF", "L", {}, "L", "", {}),
    ("AVIF", "RGB", {"subsampling": "4:2:0"}, "RGB", "", {}),
    ("AVIF", "RGB", {"subsampling": "4:2:2"}, "RGB", "", {}),
    ("AVIF", "RGB", {"subsampling": "4:4:4"}, "RGB", "", {}),
    ("AVIF", "RGBA", {}, "RGBA", "", {}),
    ("TIFF", "1", {}, "1", "", {}),
    ("TIFF", "L", {}, "L", "", {}),
    ("TIFF", "LA", {}, "LA", "", {}),
    ("TIFF", "P", {}, "RGB", "", {"converted": "P to RGB"}),
    ("TIFF", "RGB", {"compression": "tiff_lzw"}, "RGB", "", {}),
    ("TIFF", "RGBA", {}, "RGBA", "", {}),
    ("TIFF", "CMYK", {}, "RGB", "", {"converted": "CMYK to RGB", "icc_profile": "not kept: it is for CMYK"}),
    ("BMP", "1", {}, "1", "", {}),
    ("BMP", "L", {}, "L", "", {}),
    ("BMP", "P", {}, "RGB", "", {"converted": "P to RGB"}),
    ("BMP", "RGB", {}, "RGB", "", {}),
    ("GIF", "P", {}, "RGB", "PNG", {"converted": "P to RGB", "format": "gif to png"}),
]
SPEAKING = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF")  # formats that hold a profile and EXIF
LOSSLESS = ("PNG", "TIFF", "BMP", "GIF")


def source_of(pixels: np.ndarray, form: str, mode: str, options: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    if form in SPEAKING:
        said = Image.Exif()
        said[0x0112], said[0x010F] = 8, "Maker"
        space = {"1": b"GRAY", "L": b"GRAY", "LA": b"GRAY", "CMYK": b"CMYK"}.get(mode, b"RGB ")
        options = {**options, "icc_profile": RGB_PROFILE[:16] + space + RGB_PROFILE[20:], "exif": said}
    Image.fromarray(pixels if "A" in mode else pixels[:, :, :3].copy()).convert(mode).save(file, form, **options)
    return file.getvalue()


def described(data: bytes) -> tuple[str, str, tuple[int, int], str, bool, bytes, Any]:
    """Format, mode, size, subsampling, passes, profile and maker, by Pillow (and our own header for the subsampling)."""
    header = image.probe(data, Limits())
    with Image.open(io.BytesIO(data)) as found:
        said, profile = found.getexif().get(0x010F), found.info.get("icc_profile", b"")
        passes = "progressive" in found.info
        mode = header.mode if found.format == "AVIF" else found.mode  # Pillow makes colours of grey
        return str(found.format), mode, found.size, header.subsampling, passes, profile, said


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]} {row[1]} {' '.join(row[2])}")
def test_what_came_in_goes_out(picture, row: tuple[str, str, dict[str, Any], str, str, dict[str, str]]) -> None:
    form, mode, options, mode_out, form_out, notes = row
    data = source_of(picture(channels=4), form, mode, options)
    header = image.probe(data, Limits())
    pixels = np.ascontiguousarray(image.decode(data, header)[:30, :40])
    encoded = image.encode(pixels, header, ImageOutput())
    came, went = described(data), described(encoded.data)
    spoken = form in SPEAKING
    profile = came[5] if spoken and "icc_profile" not in notes else b""
    subsampling = "444" if (form, mode) == ("JPEG", "CMYK") else came[3]
    assert went == (form_out or form, mode_out, (40, 30), subsampling, came[4], profile, came[6])
    assert (came[6], encoded.notes) == ("Maker" if spoken else None, notes)
    with Image.open(io.BytesIO(encoded.data)) as found:
        assert found.getexif().get(0x0112, 1) == 1
    if form in LOSSLESS or options.get("lossless"):
        assert np.array_equal(image.decode(encoded.data, image.probe(encoded.data, Limits())), pixels)


def changed(picture: Any, form: str, mode: str, change: Any) -> Encoded:
    data = source_of(picture(channels=4), form, mode, {})
    header = image.probe(data, Limits())
    pixels = image.decode(data, header)
    change(pixels)
    encoded = image.encode(pixels, header, ImageOutput())
    assert np.array_equal(image.decode(encoded.data, image.probe(encoded.data, Limits())), pixels)
    return encoded


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_pixels_that_no_longer_fit_get_a_wider_mode(picture, form: str) -> None:
    def one_grey(pixels: np.ndarray) -> None:
        pixels[3, 3] = 77

    def one_red(pixels: np.ndarray) -> None:
        pixels[3, 3] = (200, 0, 0, 9)

    assert changed(picture, form, "1", one_grey).notes == {"converted": "1 to L"}
    assert changed(picture, form, "LA", one_grey).notes == {}
    wider = changed(picture, form, "LA", one_red)
    assert wider.notes == {"converted": "LA to RGBA", "icc_profile": "not kept: it is for GRAY"}
