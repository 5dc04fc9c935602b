"""Valid images: facts, pixels, orientation, scales, conversions."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
import simplejpeg
from PIL import Image, ImageOps

from augcli.core.pipeline.settings import ImageOutput, Limits
from augcli.core.values.facts import ImageFacts
from augcli.formats.image import codec, quality

LIMITS, SOURCE = Limits(), ImageOutput()


def pillow_says(data: bytes, mode: str) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        pixels = np.asarray(ImageOps.exif_transpose(image.convert(mode) if image.mode != mode else image))
    return pixels.reshape(*pixels.shape[:2], -1)


def with_orientation(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize(("subsampling", "name"), [(0, "444"), (1, "422"), (2, "420")])
def test_jpeg_facts_and_pixels(image, saved, subsampling: int, name: str, progressive: bool) -> None:
    data = saved(image(), "JPEG", subsampling=subsampling, progressive=progressive)
    header = codec.probe(data, LIMITS)
    assert header == codec.ImageHeader(
        "jpeg", ImageFacts(61, 45, 3), "RGB", 1, 1, name, reducible=True, progressive=progressive, luma_table=quality.table(75)
    )
    assert np.array_equal(codec.decode(data, header), pillow_says(data, "RGB"))


def test_grey_jpeg(image, saved) -> None:
    data = saved(image(channels=1), "JPEG")
    header = codec.probe(data, LIMITS)
    assert (header.mode, header.facts, header.subsampling) == ("L", ImageFacts(61, 45, 1), "")
    assert np.array_equal(codec.decode(data, header), pillow_says(data, "L"))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_once(image, saved, form: str, orientation: int) -> None:
    plain = saved(image(), form)
    data = saved(image(), form, exif=with_orientation(orientation))
    header = codec.probe(data, LIMITS)
    assert header.orientation == orientation
    assert (header.facts.width, header.facts.height) == ((61, 45) if orientation < 5 else (45, 61))
    stored = Image.fromarray(codec.decode(plain, codec.probe(plain, LIMITS)))
    stored.getexif()[0x0112] = orientation
    assert np.array_equal(codec.decode(data, header), np.asarray(ImageOps.exif_transpose(stored)))


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [(1, 1), (1, 100), (7, 9), (8, 8), (17, 33), (45, 61), (3, 401), (129, 128)])
def test_scales_are_exact(image, saved, size: tuple[int, int], channels: int, orientation: int) -> None:
    data = saved(image(*size, channels), "JPEG", quality=95, subsampling=0, exif=with_orientation(orientation))
    header = codec.probe(data, LIMITS)
    assert codec.scales(header) == (1, 2, 4, 8)
    full = codec.decode(data, header)
    for scale in codec.scales(header):
        small = codec.decode(data, header, scale)
        height, width = -(-header.facts.height // scale), -(-header.facts.width // scale)
        assert small.shape == (height, width, channels)
        # The same view of the same image: near to the mean over each block of pixels (the edge blocks are cut).
        if orientation > 1:
            continue
        inner = full[: full.shape[0] // scale * scale, : full.shape[1] // scale * scale].astype(float)
        if inner.size:
            means = inner.reshape(inner.shape[0] // scale, scale, inner.shape[1] // scale, scale, channels).mean((1, 3))
            assert abs(means - small[: means.shape[0], : means.shape[1]]).mean() < 6


def test_a_scale_that_is_not_offered_is_a_mistake_of_the_program(image, saved) -> None:
    data = saved(image(), "PNG")
    header = codec.probe(data, LIMITS)
    assert codec.scales(header) == (1,)
    with pytest.raises(ValueError, match="scale 2"):
        codec.decode(data, header, 2)


@pytest.mark.parametrize(
    ("form", "mode", "options", "channels", "converted"),
    [
        ("PNG", "L", {}, 1, None),
        ("PNG", "RGB", {}, 3, None),
        ("PNG", "RGBA", {}, 4, None),
        ("PNG", "LA", {}, 4, None),
        ("PNG", "1", {}, 1, None),
        ("PNG", "P", {}, 3, "P to RGB"),
        ("PNG", "P", {"transparency": "used"}, 4, "P to RGBA"),
        ("PNG", "RGB", {"transparency": (9, 9, 9)}, 4, "RGB to RGBA"),
        ("PNG", "L", {"transparency": 9}, 4, "L to RGBA"),
        ("WEBP", "RGB", {}, 3, None),
        ("WEBP", "RGBA", {}, 4, None),
        ("WEBP", "RGBA", {"lossless": True}, 4, None),
        ("BMP", "L", {}, 1, None),
        ("BMP", "1", {}, 1, None),
        ("BMP", "P", {}, 3, "P to RGB"),
        ("BMP", "RGB", {}, 3, None),
        ("TIFF", "L", {}, 1, None),
        ("TIFF", "1", {}, 1, None),
        ("TIFF", "P", {}, 3, "P to RGB"),
        ("TIFF", "RGBA", {}, 4, None),
        ("TIFF", "RGB", {"compression": "tiff_lzw"}, 3, None),
        ("TIFF", "RGB", {"compression": "jpeg"}, 3, None),
        ("TIFF", "CMYK", {}, 3, "CMYK to RGB"),
        ("AVIF", "RGB", {}, 3, None),
        ("AVIF", "RGBA", {}, 4, None),
        ("GIF", "P", {}, 3, "P to RGB"),
        ("GIF", "P", {"transparency": "used"}, 4, "P to RGBA"),
        ("JPEG", "CMYK", {}, 3, "CMYK to RGB"),
    ],
)
def test_modes(image, saved, form: str, mode: str, options: dict, channels: int, converted: str | None) -> None:
    source = image(channels=4 if mode in ("RGBA", "LA") else 3)
    if options.get("transparency") == "used":
        options = {"transparency": Image.fromarray(source).convert("P").getpixel((0, 0))}
    data = saved(source, form, mode, **options)
    header = codec.probe(data, LIMITS)
    pixels = codec.decode(data, header)
    assert header.mode == mode
    assert pixels.shape == (45, 61, channels) == (header.facts.height, header.facts.width, header.facts.channels)
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    assert pixels.flags.writeable
    assert np.array_equal(pixels, pillow_says(data, {1: "L", 3: "RGB", 4: "RGBA"}[channels]))
    assert ("transparency" not in options) or (channels == 4 and (form != "GIF" or pixels[0, 0, 3] == 0))
    encoded = codec.encode(pixels, header, SOURCE)
    assert encoded.notes.get("converted") == converted
    again = codec.probe(encoded.data, LIMITS)
    assert again.format == ("png" if form == "GIF" else header.format)


def test_cmyk_jpeg_is_about_the_rgb_that_it_came_from(image, saved) -> None:
    data = saved(image(), "JPEG", "CMYK", quality=98)
    assert abs(codec.decode(data, codec.probe(data, LIMITS)).astype(int) - image()).mean() < 6


def test_samples_too_wide_are_refused_and_not_squeezed(image, code_of, saved) -> None:
    deep = image().astype(np.uint16) * 257
    data = cv2.imencode(".avif", deep >> 6, [cv2.IMWRITE_AVIF_DEPTH, 10])[1].tobytes()
    assert code_of(lambda: codec.probe(data, LIMITS)) == "image.unsupported_mode"
    for dtype in (np.uint32, np.int16, np.int32, np.float64):
        data = cv2.imencode(".tiff", image().astype(dtype))[1].tobytes()
        assert code_of(lambda data=data: codec.probe(data, LIMITS)) == "image.unsupported_mode", dtype
    assert code_of(lambda: codec.probe(saved(image(), "TIFF", "LAB"), LIMITS)) == "image.unsupported_mode"


def test_animations_give_their_first_frame(image) -> None:
    first, second = Image.fromarray(image()), Image.fromarray(255 - image())
    for form, options in (("GIF", {}), ("WEBP", {"lossless": True}), ("PNG", {}), ("TIFF", {}), ("AVIF", {"quality": 90})):
        file = io.BytesIO()
        first.save(file, form, save_all=True, append_images=[second], **options)
        header = codec.probe(file.getvalue(), LIMITS)
        assert header.frames == 2, form
        pixels = codec.decode(file.getvalue(), header)
        assert abs(pixels.astype(int) - image()).mean() < 12, form
        assert codec.encode(pixels, header, SOURCE).notes["frames"] == "first of 2"


def test_animated_webp_with_transparency(image) -> None:
    file = io.BytesIO()
    Image.fromarray(image(channels=4)).save(
        file, "WEBP", save_all=True, append_images=[Image.new("RGBA", (61, 45))], lossless=True
    )
    header = codec.probe(file.getvalue(), LIMITS)
    assert (header.facts.channels, header.frames, header.lossless) == (4, 2, True)
    assert codec.decode(file.getvalue(), header).shape == (45, 61, 4)


def test_a_thumbnail_and_a_second_image_do_not_confuse(image, saved) -> None:
    exif = with_orientation(3)
    thumbnail = saved(image(10, 10), "JPEG")
    block = exif.tobytes() + thumbnail  # an end-of-image marker within the header
    data = saved(image(), "JPEG", exif=block) + saved(image(20, 20), "JPEG")
    header = codec.probe(data, LIMITS)
    assert (header.facts.width, header.facts.height, header.orientation) == (61, 45, 3)
    assert codec.decode(data, header).shape == (45, 61, 3)


def revision_0(data: bytearray) -> int:
    data[data.index(b"JFIF\0") + 5] = 0
    return 1


def odd_scan_header(data: bytearray) -> int:
    scan = data.index(b"\xff\xda")
    data[scan + 2 + data[scan + 3] - 2] = 0  # the end of the spectral selection, which a sequential JPEG does not use
    return 8


@pytest.mark.parametrize("make_odd", [revision_0, odd_scan_header])
def test_harmless_warnings_of_libjpeg_do_not_fail_a_image(image, saved, code_of, make_odd) -> None:
    plain = saved(image(), "JPEG")
    odd = bytearray(plain)
    largest = make_odd(odd)
    with pytest.raises(ValueError, match=r"revision|SOS"):
        simplejpeg.decode_jpeg(bytes(odd))
    header = codec.probe(bytes(odd), LIMITS)
    assert codec.scales(header)[-1] == largest
    for scale in codec.scales(header):
        expected = codec.decode(plain, codec.probe(plain, LIMITS), scale)
        assert np.array_equal(codec.decode(bytes(odd), header, scale), expected)
    assert code_of(lambda: codec.decode(bytes(odd[: len(odd) * 2 // 3]), header)) == "image.truncated"


def test_unusual_sampling_factors_are_read_by_pillow(image, saved) -> None:
    """Three luma blocks beside one of each chroma: legal, and without a name in TurboJPEG's interface."""
    data = bytearray(saved(image(8, 24), "JPEG", subsampling=0))
    frame, scan = data.index(b"\xff\xc0"), data.index(b"\xff\xda")
    data[frame + 11] = 0x31  # horizontal factor 3
    data[scan + 6], data[scan + 8], data[scan + 10] = 0, 0, 0  # all components by the same tables
    bits = ("00" + "1010") * 5 + "11"  # five empty blocks: no difference, end of block
    body = int(bits, 2).to_bytes(4, "big")
    data = bytes(data[: scan + 14]) + body + b"\xff\xd9"
    header = codec.probe(data, LIMITS)
    assert header.facts == ImageFacts(24, 8, 3)
    assert codec.scales(header) == (1,)
    assert (codec.decode(data, header) == 128).all()


def test_many_threads_decode_the_same(image, saved) -> None:
    files = [saved(image(), form) for form in ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", "AVIF")] * 20
    headers = [codec.probe(data, LIMITS) for data in files]
    alone = [codec.decode(*pair) for pair in zip(files, headers, strict=True)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda data: codec.decode(data, codec.probe(data, LIMITS)), files))
        encoded = list(pool.map(lambda k: codec.encode(alone[k], headers[k], SOURCE).data, range(len(files))))
    assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True))
    assert [codec.encode(alone[k], headers[k], SOURCE).data for k in range(7)] * 20 == encoded
