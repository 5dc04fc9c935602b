"""Image metadata: into each format, out of each format, and what cannot be kept."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from augcli.core.pipeline.settings import ImageOutput, Limits
from augcli.formats.bytes.encoded import Encoded
from augcli.formats.image import codec
from augcli.formats.image.metadata import carried as metadata
from augcli.formats.image.metadata import exif

KEEP, DROP = ImageOutput(), ImageOutput(metadata="drop")
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
TAKEN, NORTH = "2021:03:04 05:06:07", (48.0, 8.0, 30.5)


def block(thumbnail: bytes = b"", orientation: int = 6) -> bytes:
    """An EXIF block as a camera writes it, by Pillow."""
    made = Image.Exif()
    made.endian = "<"
    made[0x0112], made[0x010F], made[0x0132] = orientation, "Maker", TAKEN
    made[0x8769] = {0x9003: TAKEN, 0xA002: 61, 0xA003: 45, 0x927C: b"a maker's note"}
    made[0x8825] = {1: "N", 2: NORTH}
    whole = bytearray(made.tobytes())
    if thumbnail:
        after = 6 + 8 + 2 + 12 * struct.unpack_from("<H", whole, 14)[0]
        start = len(whole) - 6
        struct.pack_into("<I", whole, after, start)
        entries = struct.pack("<HHII", 0x0201, 4, 1, start + 30) + struct.pack("<HHII", 0x0202, 4, 1, len(thumbnail))
        whole += struct.pack("<H", 2) + entries + bytes(4) + thumbnail
    return bytes(whole)


def made_from(source: bytes, output: ImageOutput = KEEP, size: tuple[int, int] = (33, 21)) -> Encoded:
    """An output of another size than the source, checked to be the same each time."""
    header = codec.probe(source, Limits())
    pixels = np.ascontiguousarray(codec.decode(source, header)[: size[1], : size[0]])
    encoded = codec.encode(pixels, header, output)
    assert codec.encode(pixels, codec.probe(source, Limits()), output) == encoded
    again = codec.decode(encoded.data, codec.probe(encoded.data, Limits()))
    assert again.shape[:2] == size[::-1]  # not turned again
    return encoded


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def with_everything(saved, image, form: str) -> bytes:
    return saved(image(), form, icc_profile=SRGB, exif=block(b"\xff\xd8 a thumbnail \xff\xd9" if form != "TIFF" else b""))


@pytest.mark.parametrize("target", ["jpeg", "png", "webp", "tiff"])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_profile_and_exif_go_along(image, saved, form: str, target: str) -> None:
    encoded = made_from(with_everything(saved, image, form), ImageOutput(format=target))
    assert encoded.notes == {}
    found = opened(encoded.data)
    assert found.info["icc_profile"] == SRGB
    said = found.getexif()
    assert (said.get(0x0112, 1), said[0x010F], said[0x0132]) == (1, "Maker", TAKEN)
    assert said.get_ifd(0x8825)[2] == NORTH
    deeper = said.get_ifd(0x8769)
    assert (deeper[0x9003], deeper[0xA002], deeper[0xA003], deeper[0x927C]) == (TAKEN, 33, 21, b"a maker's note")
    assert b"a thumbnail" not in encoded.data
    assert said.get_ifd(1) == {}


def test_pixels_are_those_of_a_plain_file(image, saved) -> None:
    for form in ("JPEG", "PNG", "WEBP", "TIFF"):
        source = with_everything(saved, image, form)
        kept, dropped = made_from(source).data, made_from(source, DROP)
        assert np.array_equal(np.asarray(opened(kept)), np.asarray(opened(dropped.data))), form
        assert (dropped.notes, opened(dropped.data).info.get("icc_profile")) == ({"icc_profile": "not kept"}, None)
        assert len(opened(dropped.data).getexif().get_ifd(0x8769)) == 0


def test_texts_and_colour_chunks_of_a_png(image, saved) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Title", "an image")
    texts.add_itxt("Author", "Zoë", "en")
    texts.add_text("Long", "very " * 500, zip=True)
    texts.add(b"gAMA", struct.pack(">I", 45_455))
    source = saved(image(), "PNG", pnginfo=texts, dpi=(300, 300))
    encoded = made_from(source)
    found = opened(encoded.data)
    assert (found.info["Title"], found.info["Author"], found.info["Long"]) == ("an image", "Zoë", "very " * 500)
    assert (round(found.info["dpi"][0]), found.info["gamma"], encoded.notes) == (300, 0.45455, {})
    assert made_from(source, ImageOutput(format="jpeg")).notes == {"texts": "not kept", "gamma": "not kept"}


def test_density_and_comments_of_a_jpeg(image, saved) -> None:
    source = saved(image(), "JPEG", dpi=(240, 120), comment=b"a remark")
    found = opened(made_from(source).data)
    assert (found.info["dpi"], found.info["comment"]) == ((240, 120), b"a remark")
    assert made_from(source, ImageOutput(format="png")).notes == {"comments": "not kept"}


def test_a_profile_of_many_segments(image, saved) -> None:
    large = SRGB + bytes(range(256)) * 600
    source = saved(image(), "JPEG", icc_profile=large)
    assert opened(made_from(source).data).info["icc_profile"] == large


def test_notes_of_what_is_not_kept(image, saved) -> None:
    bmp = ImageOutput(format="bmp")
    assert made_from(with_everything(saved, image, "PNG"), bmp).notes == {"icc_profile": "not kept", "exif": "not kept"}
    for form in ("JPEG", "PNG", "WEBP", "TIFF"):
        assert made_from(saved(image(), form)).notes == {}
        broken = made_from(saved(image(), form, icc_profile=b"not a profile, as anyone sees"))
        assert broken.notes == {"icc_profile": "not kept: it is broken"}, form
    for form in ("JPEG", "PNG", "WEBP"):
        broken = made_from(saved(image(), form, exif=b"Exif\0\0II*\0\x08\0\0\0\xff\0" + bytes(9)))
        assert broken.notes == {"exif": "not kept"}, form
    grey = made_from(saved(image(channels=1), "PNG", icc_profile=SRGB))
    assert grey.notes == {"icc_profile": "not kept: it is for RGB"}
    assert made_from(saved(image(), "JPEG", xmp=b"<x/>")).notes == {"xmp": "not kept"}
    assert made_from(saved(image(), "WEBP", xmp=b"<x/>")).notes == {"xmp": "not kept"}


@pytest.mark.parametrize(
    ("told", "stays", "notes"),
    [
        ('{"shape": [45, 61, 3]}', False, {}),
        ("ImageJ=1.54f\nimages=3\nslices=3\nunit=micron\n", False, {"description": "not kept"}),
        ("A cow, seen from the left", True, {}),
    ],
)
def test_a_description_of_the_old_shape_does_not_stay(image, saved, told: str, stays: bool, notes: dict[str, str]) -> None:
    made = made_from(saved(image(), "TIFF", tiffinfo={270: told}))
    assert (opened(made.data).tag_v2.get(270), made.notes) == (told if stays else None, notes)


def test_a_packed_profile_that_claims_gigabytes(image, saved) -> None:
    source = bytearray(saved(image(), "PNG", icc_profile=bytes(1 << 26)))
    assert len(codec.probe(bytes(source), Limits()).metadata.icc) <= 1 << 24
    at = source.index(b"iCCP")
    end = at + 4 + int.from_bytes(source[at - 4 : at], "big")
    source[at + 20] ^= 0xFF
    source[end : end + 4] = zlib.crc32(source[at:end]).to_bytes(4, "big")
    assert made_from(bytes(source)).notes == {"icc_profile": "not kept"}


def press_profile() -> bytes:
    """A CMYK profile of our own: lightness falls evenly with the strongest ink, and there are no colours."""
    corners = bytes(value for k in range(16) for value in (255 if k == 0 else 0, 128, 128))
    table = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + struct.pack(">9i", *(65_536 if k % 4 == 0 else 0 for k in range(9)))
    table += bytes(range(256)) * 4 + corners + bytes(range(256)) * 3
    table += bytes(-len(table) % 4)
    tags = struct.pack(">I4sII", 1, b"A2B0", 144, len(table))
    header = struct.pack(">I4sI4s4s4s", 144 + len(table), b"none", 0x02400000, b"prtr", b"CMYK", b"Lab ") + bytes(12) + b"acsp"
    return header.ljust(68, b"\0") + struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D).ljust(60, b"\0") + tags + table


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_printing_colours_go_through_their_profile(saved, form: str) -> None:
    ramp = np.repeat(np.linspace(0, 255, 64).astype(np.uint8)[None, :, None], 40, axis=0)
    image = Image.merge("CMYK", [Image.new("L", (64, 40))] * 3 + [Image.fromarray(ramp[:, :, 0])])
    file = io.BytesIO()
    image.save(file, form, icc_profile=press_profile(), **({"quality": 100} if form == "JPEG" else {}))
    encoded = made_from(file.getvalue(), ImageOutput(format="png"), (64, 40))
    assert encoded.notes == {"converted": "CMYK to RGB", "icc_profile": "converted to sRGB"}
    found = np.asarray(opened(encoded.data)).astype(int)[20]
    lightness = 1 - ramp[0, :, 0] / 255
    luminance = np.where(lightness > 0.08, ((lightness * 100 + 16) / 116) ** 3, lightness * 100 / 903.3)
    expected = 255 * np.where(luminance > 0.0031308, 1.055 * luminance ** (1 / 2.4) - 0.055, 12.92 * luminance)
    assert abs(found - expected[:, None]).max() <= 3
    assert "icc_profile" not in opened(encoded.data).info


def test_a_press_profile_that_is_broken_does_not_fail_a_image(image, saved) -> None:
    source = saved(image(), "JPEG", "CMYK", icc_profile=SRGB[:16] + b"CMYK" + SRGB[20:60])
    assert made_from(source).notes == {"converted": "CMYK to RGB", "icc_profile": "not kept: it is for CMYK"}


@pytest.mark.parametrize(
    ("mode", "space", "target", "kept"),
    [
        ("L", "GRAY", "source", True),
        ("L", "GRAY", "png", True),
        ("L", "GRAY", "webp", False),  # WebP has no grey: what is written are colours
        ("L", "RGB ", "source", False),  # was wrong before
        ("L", "RGB ", "webp", False),
        ("RGB", "RGB ", "webp", True),
        ("RGB", "GRAY", "source", False),
        ("RGB", "CMYK", "source", False),
        ("CMYK", "RGB ", "source", False),  # the inks were taken for plain ones, not for these colours
        ("CMYK", "GRAY", "source", False),
    ],
)
@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_a_profile_of_another_colour_space_is_not_kept(
    image, saved, form: str, mode: str, space: str, target: str, kept: bool
) -> None:
    profile = SRGB[:16] + space.encode() + SRGB[20:]
    encoded = made_from(saved(image(), form, mode, icc_profile=profile), ImageOutput(format=target))
    assert opened(encoded.data).info.get("icc_profile", b"") == (profile if kept else b"")
    note = None if kept else f"not kept: it is for {space.strip()}"
    assert encoded.notes.get("icc_profile") == note


def test_a_thumbnail_in_the_middle_is_made_zeros() -> None:
    whole = bytearray(block(b"a thumbnail") + b"last words")
    text = 6 + 8 + 2 + 12  # the value of the second entry (Make comes first) lies at the end now
    at = next(k for k in range(16, text + 60, 12) if struct.unpack_from("<H", whole, k)[0] == 0x0132)
    struct.pack_into("<HHII", whole, at, 0x0132, 2, 10, len(whole) - 16)
    made = exif.renewed(bytes(whole), 5, 5)
    assert made.endswith(b"last words")
    assert len(made) == len(whole) - 6
    assert b"a thumbnail" not in made


@given(st.binary(max_size=120), st.sampled_from([b"", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b"Exif\0\0II*\0\x08\0\0\0\x02\0"]))
def test_garbage_never_raises(tail: bytes, start: bytes) -> None:
    made = exif.renewed(start + tail, 7, 9)
    assert made == b"" or exif.orientation(made) == 1


def test_a_directory_of_directories_takes_no_time() -> None:
    entries = b"".join(struct.pack("<HHII", 0x8769, 4, 1, 8 + 12 * k) for k in range(5000))
    assert exif.renewed(b"II*\0\x08\0\0\0" + struct.pack("<H", 5000) + entries + bytes(8), 1, 1) == b""


def test_nothing_is_shared_by_images_without_any(image, saved) -> None:
    for form in ("JPEG", "PNG", "WEBP", "TIFF"):
        assert codec.probe(saved(image(), form), Limits()).metadata is metadata.NOTHING, form
