from __future__ import annotations

import io

import numpy as np
import pytest
import simplejpeg
from PIL import Image

from augcli.core.pipeline.settings import ImageOutput, Limits
from augcli.formats.image import codec, quality

LIMITS = Limits()


def header_of(data: bytes) -> codec.ImageHeader:
    return codec.probe(data, LIMITS)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("form", ["png", "bmp", "tiff"])
def test_lossless_formats_give_back_every_pixel(image, saved, form: str, channels: int) -> None:
    source = header_of(saved(image(channels=channels), "PNG"))
    pixels = image(33, 21, channels)
    encoded = codec.encode(pixels, source, ImageOutput(format=form))
    header = header_of(encoded.data)
    assert (header.format, header.facts.channels, encoded.notes) == (form, channels, {})
    assert np.array_equal(codec.decode(encoded.data, header), pixels)
    assert codec.encode(pixels.copy(), source, ImageOutput(format=form)) == encoded


@pytest.mark.parametrize("channels", [3, 4])
def test_webp_without_loss_stays_without_loss(image, saved, channels: int) -> None:
    pixels = image(channels=channels)
    pixels[:5, :, -1] = 0  # colours under full transparency are kept too
    header = header_of(saved(image(channels=channels), "WEBP", lossless=True))
    assert header.lossless
    encoded = codec.encode(pixels, header, ImageOutput())
    assert np.array_equal(codec.decode(encoded.data, header_of(encoded.data)), pixels)
    lossy = header_of(saved(image(channels=channels), "WEBP"))
    assert not lossy.lossless
    assert not header_of(codec.encode(pixels, lossy, ImageOutput()).data).lossless


def test_webp_has_no_grey(image, saved) -> None:
    encoded = codec.encode(image(channels=1), header_of(saved(image(channels=1), "PNG")), ImageOutput(format="webp"))
    assert encoded.notes == {"converted": "L to RGB"}
    assert header_of(encoded.data).facts.channels == 3


@pytest.mark.parametrize("percent", [60, 95])
@pytest.mark.parametrize("subsampling", ["420", "422", "444"])
def test_jpeg_options(image, saved, percent: int, subsampling: str) -> None:
    pixels = image(128, 160)
    header = header_of(saved(pixels, "JPEG"))
    encoded = codec.encode(pixels, header, ImageOutput(quality=percent, subsampling=subsampling))
    found = header_of(encoded.data)
    assert (found.subsampling, encoded.suffix) == (subsampling, ".jpg")
    with Image.open(io.BytesIO(encoded.data)) as image_again:
        tables = image_again.quantization
    reference = io.BytesIO()
    Image.fromarray(pixels).save(reference, "JPEG", quality=percent)
    with Image.open(reference) as expected:
        assert tables == expected.quantization
    assert abs(codec.decode(encoded.data, found).astype(int) - pixels).mean() < (6 if percent == 60 else 3)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("subsampling", [0, 1, 2, "4:4:0", "4:1:1"])
def test_a_jpeg_stays_the_jpeg_that_it_was(image, saved, subsampling: int | str, progressive: bool) -> None:
    if isinstance(subsampling, int):
        data = saved(image(64, 80), "JPEG", subsampling=subsampling, progressive=progressive, quality=87)
    else:
        plain = simplejpeg.encode_jpeg(image(64, 80), 87, "RGB", subsampling.replace(":", ""))
        whole = header_of(plain)._replace(progressive=progressive)
        data = codec.encode(image(64, 80), whole, ImageOutput(quality=87)).data
    source = header_of(data)
    assert source.progressive == progressive
    encoded = codec.encode(image(40, 50), source, ImageOutput(quality="source"))
    found = header_of(encoded.data)
    assert found == source._replace(facts=found.facts)  # subsampling, passes and quantisation table
    assert (found.facts.width, found.facts.height, encoded.notes) == (50, 40, {})
    assert abs(codec.decode(encoded.data, found).astype(int) - image(40, 50)).mean() < 6
    other = ImageOutput(subsampling="422", progressive=not progressive, quality=30)
    found = header_of(codec.encode(image(40, 50), source, other).data)
    assert (found.subsampling, found.progressive, found.luma_table) == ("422", not progressive, quality.table(30))


@pytest.mark.parametrize("progressive", [False, True])
def test_a_grey_jpeg_keeps_its_passes_and_quality(image, saved, progressive: bool) -> None:
    source = header_of(saved(image(channels=1), "JPEG", quality=42, progressive=progressive))
    found = header_of(codec.encode(image(channels=1), source, ImageOutput(quality="source")).data)
    assert found == source


def test_every_quality_is_recognised(image, saved) -> None:
    for wanted in range(1, 101):
        luma = header_of(saved(image(8, 8), "JPEG", quality=wanted)).luma_table
        assert luma == quality.table(wanted)
        assert quality.estimate(luma) == wanted or quality.table(quality.estimate(luma)) == luma
    camera = bytes(max(1, value * 23 // 100 + k % 2) for k, value in enumerate(quality.table(50)))
    assert 86 <= quality.estimate(camera) <= 90


def test_other_sources_become_jpegs_of_the_usual_kind(image, saved) -> None:
    source = header_of(saved(image(), "PNG"))
    found = header_of(codec.encode(image(), source, ImageOutput(format="jpeg", quality="source")).data)
    assert (found.subsampling, found.progressive, found.luma_table) == ("420", False, quality.table(95))


def test_grey_jpeg_stays_grey(image, saved) -> None:
    encoded = codec.encode(image(channels=1), header_of(saved(image(channels=1), "JPEG")), ImageOutput())
    assert (header_of(encoded.data).mode, encoded.notes) == ("L", {})


def test_transparency_is_never_dropped_in_silence(image, saved, code_of) -> None:
    header = header_of(saved(image(channels=4), "PNG"))
    with pytest.raises(codec.corrupt("").__class__) as caught:
        codec.encode(image(channels=4), header, ImageOutput(format="jpeg"))
    assert (caught.value.code, caught.value.stage) == ("encode.alpha", "encode")


@pytest.mark.parametrize(("form", "width"), [("jpeg", 65_501), ("webp", 16_384), ("avif", 16_385)])
def test_formats_with_a_longest_side(saved, image, code_of, form: str, width: int) -> None:
    header = header_of(saved(image(), "PNG"))
    wide = np.zeros((1, width, 3), np.uint8)
    assert code_of(lambda: codec.encode(wide, header, ImageOutput(format=form))) == "encode.too_large"
    assert code_of(lambda: codec.encode(wide[:, :-1], header, ImageOutput(format=form))) == ""


def test_pixels_need_not_be_contiguous(image, saved) -> None:
    pixels = image()
    for form in ("jpeg", "png", "webp", "bmp", "tiff"):
        header = header_of(saved(pixels, "PNG"))
        flipped = codec.encode(pixels[:, ::-1], header, ImageOutput(format=form))
        assert flipped == codec.encode(pixels[:, ::-1].copy(), header, ImageOutput(format=form))


def test_notes_of_what_is_not_kept(image, saved) -> None:
    gif = codec.encode(image(), header_of(saved(image(), "GIF", "P")), ImageOutput())
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
        ("jxl", ".JXL", "source", ".JXL"),  # will fail; a name is wanted all the same
        ("heic", ".HEIC", "source", ".jpg"),
        ("heic", ".HEIC", "webp", ".webp"),
    ],
)
def test_output_suffix(kind: str, own: str, form: str, expected: str) -> None:
    assert codec.output_suffix(kind, ImageOutput(format=form), own) == expected


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", "AVIF"])
def test_the_suffix_that_is_promised_is_the_one_that_is_written(image, saved, form: str) -> None:
    header = header_of(saved(image(), form, "P" if form == "GIF" else ""))
    for wanted in ("source", "jpeg", "png", "webp", "bmp", "tiff", "avif"):
        output = ImageOutput(format=wanted)
        encoded = codec.encode(image(), header, output)
        assert encoded.suffix == codec.output_suffix(header.format, output)
        assert header_of(encoded.data).format == (wanted if wanted != "source" else "png" if form == "GIF" else header.format)


@pytest.mark.parametrize("percent", [75, 90])
@pytest.mark.parametrize("subsampling", [0, 2])
def test_a_second_generation_costs_little_beside_the_first(image, saved, percent: int, subsampling: int) -> None:
    """A mirrored image whose blocks stay blocks, at `quality: source`: ten decibels nearer than the first encoding was."""
    first = image(160, 208)
    header = header_of(data := saved(first, "JPEG", quality=percent, subsampling=subsampling))
    second = codec.decode(data, header)
    encoded = codec.encode(np.ascontiguousarray(second[:, ::-1]), header, ImageOutput(quality="source"))
    third = codec.decode(encoded.data, header_of(encoded.data))[:, ::-1]

    def squares(one: np.ndarray, other: np.ndarray) -> float:
        return float(np.square(one.astype(float) - other).mean())

    assert 10 * squares(third, second) < squares(second, first)
    assert abs(len(encoded.data) - len(data)) < 0.02 * len(data)
