"""16-bit and float images: read at full depth, written at full depth if the format can, and reported if it cannot."""

from __future__ import annotations

import io
import zlib
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms, PngImagePlugin

from augcli.core.pipeline.settings import ImageOutput, Limits
from augcli.formats.bytes.encoded import Encoded
from augcli.formats.image import codec, frames
from augcli.formats.image.kinds import png
from augcli.formats.image.metadata.carried import png_chunk

LIMITS, SOURCE = Limits(), ImageOutput()
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.fixture
def deep() -> np.ndarray:
    """uint16 RGBA with nearly as many levels as pixels."""
    pixels = np.random.default_rng(3).integers(0, 65_536, (23, 37, 4), dtype=np.uint16)
    pixels[:4, :4, 3] = 0
    return pixels


def png_of(pixels: np.ndarray) -> bytes:
    """By OpenCV, grey with alpha by augcli."""
    if pixels.shape[2] == 2:
        return png.encode_grey_alpha(pixels)
    planes = pixels[:, :, [2, 1, 0, 3][: pixels.shape[2]]] if pixels.shape[2] > 1 else pixels
    return cv2.imencode(".png", np.ascontiguousarray(planes))[1].tobytes()


def tiff_of(pixels: np.ndarray, **options: Any) -> bytes:
    """By tifffile, which shares no code with what reads it."""
    file = io.BytesIO()
    grey = pixels.shape[2] == 1
    options = {"photometric": "minisblack" if grey else "rgb", **options}
    tifffile.imwrite(file, pixels[:, :, 0] if grey else pixels, **options)
    return file.getvalue()


def read(data: bytes) -> np.ndarray:
    return codec.decode(data, codec.probe(data, LIMITS))


def again(data: bytes, output: ImageOutput = SOURCE) -> Encoded:
    header = codec.probe(data, LIMITS)
    return codec.encode(codec.decode(data, header), header, output)


@pytest.mark.parametrize(("samples", "mode"), [(1, "L;16"), (2, "LA;16"), (3, "RGB;16"), (4, "RGBA;16")])
def test_png_keeps_every_bit(deep, samples: int, mode: str) -> None:
    source = deep[:, :, 4 - samples :]
    data = png_of(source)
    header = codec.probe(data, LIMITS)
    assert (header.mode, header.facts.bits) == (mode, 16)
    pixels = codec.decode(data, header)
    meant = np.concatenate([source[:, :, :1]] * 3 + [source[:, :, 1:]], 2) if samples == 2 else source
    assert pixels.dtype == np.uint16
    assert np.array_equal(pixels, meant)
    encoded = again(data)
    assert encoded.notes == {}
    assert codec.probe(encoded.data, LIMITS).mode == mode
    assert np.array_equal(read(encoded.data), meant)
    if samples in (1, 2):  # Pillow reads these with all their bits, or their upper eight
        seen = np.asarray(Image.open(io.BytesIO(encoded.data)))
        assert np.array_equal(seen if samples == 1 else seen[:, :, 0], source[:, :, 0] >> (0 if samples == 1 else 8))


LAYOUTS: list[dict[str, Any]] = [
    {}, {"byteorder": ">"}, {"tile": (16, 16)}, {"compression": "zlib", "predictor": True}, {"bigtiff": True}, {"rowsperstrip": 3}
]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("samples", [1, 3, 4])
def test_tiff_keeps_every_bit(deep, samples: int, layout: dict[str, Any]) -> None:
    source = deep[:, :, :samples]
    more = {"extrasamples": ["unassalpha"]} if samples == 4 else {}
    data = tiff_of(source, **layout, **more)
    header = codec.probe(data, LIMITS)
    assert (header.facts.channels, header.facts.bits) == (samples, 16)
    assert np.array_equal(codec.decode(data, header), source)
    encoded = again(data)
    assert encoded.notes == {}
    assert np.array_equal(read(encoded.data), source)


def test_tiffs_of_other_meanings(deep) -> None:
    grey = deep[:, :, :1]
    assert np.array_equal(read(tiff_of(grey, photometric="miniswhite")), 65_535 - grey)
    assert np.array_equal(read(tiff_of(deep, extrasamples=["unspecified"])), deep[:, :, :3])
    alpha = deep[:, :, 3:] / 65_535
    multiplied = np.concatenate([np.rint(deep[:, :, :3] * alpha).astype(np.uint16), deep[:, :, 3:]], 2)
    straight = read(tiff_of(multiplied, extrasamples=["assocalpha"]))
    assert (np.abs(straight[:, :, :3] - deep[:, :, :3].astype(float)) * alpha).max() <= 1
    turned = read(tiff_of(grey, extratags=[(274, 3, 1, 6, True)]))
    assert np.array_equal(turned, np.rot90(grey, -1))


def test_a_clear_colour_of_a_png_becomes_alpha(deep) -> None:
    colours = deep[:, :, :3].copy()
    colours[5:9, 5:9] = (1, 2, 3)
    colours[6, 6] = (1, 2, 4)
    data = png_of(colours)
    clear = png_chunk(b"tRNS", np.array([1, 2, 3], ">u2").tobytes())
    pixels = read(data[:33] + clear + data[33:])
    assert np.array_equal(pixels[:, :, :3], colours)
    assert (pixels[:, :, 3] == 0).sum() == 15


@pytest.mark.parametrize("samples", [1, 3, 4])
def test_exif_orientation_turns_a_png(deep, samples: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = png_of(deep[:, :, :samples])
    turned = data[:33] + png_chunk(b"eXIf", exif.tobytes()[6:]) + data[33:]
    assert np.array_equal(read(turned), np.rot90(deep[:, :, :samples], -1))
    encoded = again(turned)
    assert np.array_equal(read(encoded.data), read(turned))


def test_interlaced_png(deep) -> None:
    """Pillow writes none; made by hand, without filters."""
    source, body = deep[:, :, :1], b""
    for x, y, across, down in png.PASSES:
        body += b"".join(b"\0" + line.astype(">u2").tobytes() for line in source[y::down, x::across] if line.size)
    head = (37).to_bytes(4, "big") + (23).to_bytes(4, "big") + b"\x10\0\0\0\1"
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(body)), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)
    assert np.array_equal(read(data), source)


FLOATS = {
    "within 0 to 1": (lambda noise: noise * 0.5 + 0.25, (0.0, 1.0)),
    "any": (lambda noise: noise * 30 - 7, None),
    "flat": (lambda noise: noise * 0 + 42, (42.0, 42.0)),
}


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", FLOATS)
def test_floats_stay_floats_over_the_same_range(name: str, channels: int) -> None:
    make, meant = FLOATS[name]
    values = make(np.random.default_rng(4).random((23, 37, channels), dtype=np.float32)).astype(np.float32)
    data = tiff_of(values)
    header = codec.probe(data, LIMITS)
    low, high = meant or (float(values.min()), float(values.max()))
    assert header.value_range == (low, high)
    encoded = again(data)
    assert encoded.notes == {"float": f"worked on in 16 bits over {low!r} to {high!r}"}
    found = cv2.imdecode(np.frombuffer(encoded.data, np.uint8), cv2.IMREAD_UNCHANGED).reshape(values.shape)
    found = found[:, :, ::-1] if channels == 3 else found
    assert found.dtype == tifffile.TiffFile(io.BytesIO(encoded.data)).pages[0].dtype == np.float32
    assert np.abs(found - values).max() <= (high - low) / 65_535 * 0.51
    eight = again(data, ImageOutput(format="png"))
    assert eight.notes["converted"] == f"{header.mode} to {'L' if channels == 1 else 'RGB'};16"


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_numbers_fail(code_of, wrong: float) -> None:
    values = np.ones((5, 6, 1), np.float32)
    values[2, 3] = wrong
    assert code_of(lambda: codec.probe(tiff_of(values), LIMITS)) == "image.not_finite"


def test_what_is_not_read_is_refused(deep, code_of) -> None:
    planes = np.ascontiguousarray(deep[:, :, :3].transpose(2, 0, 1))
    file = io.BytesIO()
    tifffile.imwrite(file, planes, photometric="rgb", planarconfig="separate")
    assert code_of(lambda: codec.probe(file.getvalue(), LIMITS)) == "image.unsupported_mode"
    for dtype in (np.uint32, np.int32, np.int16, np.float64, np.float16):
        data = tiff_of(deep[:, :, :1].astype(dtype))
        assert code_of(lambda data=data: codec.probe(data, LIMITS)) == "image.unsupported_mode", dtype
    assert code_of(lambda: codec.probe(tiff_of(deep[:, :, :1]), Limits(max_pixels=800))) == "image.too_large"
    assert code_of(lambda: codec.probe(png_of(deep), Limits(max_pixels=800))) == "image.too_large"


@pytest.mark.parametrize("form", ["jpeg", "webp", "bmp", "avif"])
def test_formats_of_8_bits_get_the_nearest_levels_and_say_so(deep, form: str) -> None:
    smooth = cv2.resize(deep[:6, :6, :3], (64, 48), interpolation=cv2.INTER_CUBIC)
    encoded = again(png_of(smooth), ImageOutput(format=form))
    assert encoded.notes["converted"] == "RGB;16 to RGB"
    pixels = read(encoded.data)
    assert pixels.dtype == np.uint8
    apart = np.abs(pixels - smooth / 257)
    assert apart.max() <= 0.5 if form == "bmp" else apart.mean() < 6


def test_what_is_said_beside_pixels_goes_along(deep) -> None:
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", "deep")
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    file = io.BytesIO()
    Image.fromarray(deep[:, :, 0]).save(file, "PNG", pnginfo=said, exif=exif, icc_profile=b"")
    kept = Image.open(io.BytesIO(again(file.getvalue()).data))
    assert kept.text["Comment"] == "deep"
    assert kept.getexif()[0x010F] == "Maker"
    data = tiff_of(deep[:, :, :3], description="deep", iccprofile=PROFILE)
    for form in ("source", "png"):
        encoded = again(data, ImageOutput(format=form))
        opened = Image.open(io.BytesIO(encoded.data))
        assert opened.info["icc_profile"] == PROFILE
        assert opened.getexif()[270] == "deep"
        assert np.array_equal(read(encoded.data), deep[:, :, :3])


def test_pages_keep_their_own_depth_and_range(deep) -> None:
    grey, file = deep[:, :, 0], io.BytesIO()
    values = grey / np.float32(20_000) - 1
    with tifffile.TiffWriter(file) as writer:
        for page in (grey, (grey >> 8).astype(np.uint8), values, values * 2):
            writer.write(page, photometric="minisblack")
    data = file.getvalue()
    header = frames.all_of(data, codec.probe(data, LIMITS), LIMITS)
    assert [page.mode for page in header.pages] == ["L;16", "L", "L;float32", "L;float32"]
    images = [codec.decode(data, header), *[pixels for _, pixels in frames.others(data, header)]]
    encoded = frames.encode(images, header, SOURCE)
    told = encoded.notes["float"].split("; ")
    assert told[:2] == ["page of whole numbers"] * 2
    assert told[2] != told[3]
    _, again = cv2.imdecodemulti(np.frombuffer(encoded.data, np.uint8), cv2.IMREAD_UNCHANGED)
    assert [page.dtype for page in again] == [np.uint16, np.uint8, np.float32, np.float32]
    assert np.array_equal(again[0], grey)
    assert np.abs(again[3] - values * 2).max() < 1e-4
