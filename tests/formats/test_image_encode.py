from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from augcli.core.settings import ImageOutput, Limits
from augcli.formats import image

LIMITS = Limits()


def header_of(data: bytes) -> image.ImageHeader:
    return image.probe(data, LIMITS)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("form", ["png", "bmp", "tiff"])
def test_lossless_formats_give_back_every_pixel(picture, saved, form: str, channels: int) -> None:
    source = header_of(saved(picture(channels=channels), "PNG"))
    pixels = picture(33, 21, channels)
    encoded = image.encode(pixels, source, ImageOutput(format=form))
    header = header_of(encoded.data)
    assert (header.format, header.facts.channels, encoded.notes) == (form, channels, {})
    assert np.array_equal(image.decode(encoded.data, header), pixels)
    assert image.encode(pixels.copy(), source, ImageOutput(format=form)) == encoded


@pytest.mark.parametrize("channels", [3, 4])
def test_webp_without_loss_stays_without_loss(picture, saved, channels: int) -> None:
    pixels = picture(channels=channels)
    pixels[:5, :, -1] = 0  # colours under full transparency are kept too
    header = header_of(saved(picture(channels=channels), "WEBP", lossless=True))
    assert header.lossless
    encoded = image.encode(pixels, header, ImageOutput())
    assert np.array_equal(image.decode(encoded.data, header_of(encoded.data)), pixels)
    lossy = header_of(saved(picture(channels=channels), "WEBP"))
    assert not lossy.lossless
    assert not header_of(image.encode(pixels, lossy, ImageOutput()).data).lossless


def test_webp_has_no_grey(picture, saved) -> None:
    encoded = image.encode(picture(channels=1), header_of(saved(picture(channels=1), "PNG")), ImageOutput(format="webp"))
    assert encoded.notes == {"converted": "L to RGB"}
    assert header_of(encoded.data).facts.channels == 3


@pytest.mark.parametrize("quality", [60, 95])
@pytest.mark.parametrize("subsampling", ["420", "422", "444"])
def test_jpeg_options(picture, saved, quality: int, subsampling: str) -> None:
    pixels = picture(128, 160)
    header = header_of(saved(pixels, "JPEG"))
    encoded = image.encode(pixels, header, ImageOutput(quality=quality, subsampling=subsampling))
    found = header_of(encoded.data)
    assert (found.subsampling, encoded.suffix) == (subsampling, ".jpg")
    with Image.open(io.BytesIO(encoded.data)) as picture_again:
        tables = picture_again.quantization
    reference = io.BytesIO()
    Image.fromarray(pixels).save(reference, "JPEG", quality=quality)
    with Image.open(reference) as expected:
        assert tables == expected.quantization
    assert abs(image.decode(encoded.data, found).astype(int) - pixels).mean() < (6 if quality == 60 else 3)


def test_grey_jpeg_stays_grey(picture, saved) -> None:
    encoded = image.encode(picture(channels=1), header_of(saved(picture(channels=1), "JPEG")), ImageOutput())
    assert (header_of(encoded.data).mode, encoded.notes) == ("L", {})


def test_transparency_is_never_dropped_in_silence(picture, saved, code_of) -> None:
    header = header_of(saved(picture(channels=4), "PNG"))
    with pytest.raises(image.corrupt("").__class__) as caught:
        image.encode(picture(channels=4), header, ImageOutput(format="jpeg"))
    assert (caught.value.code, caught.value.stage) == ("encode.alpha", "encode")


@pytest.mark.parametrize(("form", "width"), [("jpeg", 65_501), ("webp", 16_384)])
def test_formats_with_a_longest_side(saved, picture, code_of, form: str, width: int) -> None:
    header = header_of(saved(picture(), "PNG"))
    wide = np.zeros((1, width, 3), np.uint8)
    assert code_of(lambda: image.encode(wide, header, ImageOutput(format=form))) == "encode.too_large"
    assert code_of(lambda: image.encode(wide[:, :-1], header, ImageOutput(format=form))) == ""


def test_pixels_need_not_be_contiguous(picture, saved) -> None:
    pixels = picture()
    for form in ("jpeg", "png", "webp", "bmp", "tiff"):
        header = header_of(saved(pixels, "PNG"))
        flipped = image.encode(pixels[:, ::-1], header, ImageOutput(format=form))
        assert flipped == image.encode(pixels[:, ::-1].copy(), header, ImageOutput(format=form))


def test_notes_of_what_is_not_kept(picture, saved) -> None:
    gif = image.encode(picture(), header_of(saved(picture(), "GIF", "P")), ImageOutput())
    assert gif.notes == {"converted": "P to RGB", "format": "gif to png"}
    assert header_of(gif.data).format == "png"


@pytest.mark.parametrize(
    ("kind", "own", "form", "expected"),
    [
        ("jpeg", ".JPEG", "source", ".JPEG"),
        ("jpeg", ".png", "source", ".jpg"),  # the content decides
        ("jpeg", "", "source", ".jpg"),
        ("jpeg", ".jpe", "jpeg", ".jpe"),
        ("png", ".png", "jpeg", ".jpg"),
        ("gif", ".gif", "source", ".png"),
        ("tiff", ".tiff", "source", ".tiff"),
        ("tiff", ".x", "source", ".tif"),
        ("heic", ".HEIC", "source", ".HEIC"),  # will fail; a name is wanted all the same
        ("heic", ".HEIC", "webp", ".webp"),
    ],
)
def test_output_suffix(kind: str, own: str, form: str, expected: str) -> None:
    assert image.output_suffix(kind, ImageOutput(format=form), own) == expected


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF"])
def test_the_suffix_that_is_promised_is_the_one_that_is_written(picture, saved, form: str) -> None:
    header = header_of(saved(picture(), form, "P" if form == "GIF" else ""))
    for wanted in ("source", "jpeg", "png", "webp", "bmp", "tiff"):
        output = ImageOutput(format=wanted)
        encoded = image.encode(picture(), header, output)
        assert encoded.suffix == image.output_suffix(header.format, output)
        assert header_of(encoded.data).format == (wanted if wanted != "source" else "png" if form == "GIF" else header.format)
