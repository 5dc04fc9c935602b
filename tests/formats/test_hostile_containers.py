"""Files of very many parts: what is looked at does not grow with them, and a legal file with a few more parts is still read.

Parts are counted, not seconds: each file is a sequence that notes how far it was read.
"""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
import simplejpeg
from PIL import Image

from augcli.core.pipeline.settings import Limits
from augcli.core.values.outcome import SampleError
from augcli.formats.audio import codec as audio
from augcli.formats.audio import mpeg
from augcli.formats.audio.kinds import flac
from augcli.formats.bytes import isobmff, riff
from augcli.formats.image import codec as image
from augcli.formats.image import frames, tiff_pages
from augcli.formats.image.kinds import png

LIMITS = Limits(max_frames=20)


def tiff(pages: int, loop: bool = False) -> bytes:
    """Pages of 16×16 grey pixels, each of another value, one directory before each page's pixels."""
    out = bytearray(b"II*\0\x08\0\0\0")
    for number in range(pages):
        base, after = len(out), len(out) + 2 + 9 * 12 + 4
        entries = [(256, 16), (257, 16), (258, 8), (259, 1), (262, 1), (273, after), (277, 1), (278, 16), (279, 256)]
        follows = after + 256 if number < pages - 1 else 8 if loop else 0
        out += struct.pack("<H", 9) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
        out += struct.pack("<I", follows) + bytes([number % 256]) * 256
        assert base + 2 + 9 * 12 + 4 + 256 == len(out)
    return bytes(out)


class Watched(bytes):
    """Bytes that note the furthest place from which single parts were taken."""

    furthest = 0

    def __getitem__(self, key):
        place = key.start if isinstance(key, slice) else key
        Watched.furthest = max(Watched.furthest, place or 0)
        return bytes.__getitem__(self, key)


def test_pages_of_a_tiff_are_counted_up_to_one_more_than_the_limit() -> None:
    assert image.probe(tiff(5), LIMITS).frames == 5
    assert image.probe(tiff(5000), LIMITS).frames == 21
    assert tiff_pages.count(tiff(5000), 7) == 7
    assert image.probe(tiff(3, loop=True), LIMITS).frames == 3


def test_a_tiff_with_too_many_pages_is_refused_at_the_limit() -> None:
    data = tiff(5000)
    with pytest.raises(SampleError, match="has 21 frames") as caught:
        frames.all_of(data, image.probe(data, LIMITS), LIMITS)
    assert caught.value.code == "image.too_many_frames"


def test_a_page_is_split_off_without_the_others() -> None:
    data = tiff(200)
    pages = list(tiff_pages.split(data, 200))
    assert len(pages) == 200
    assert max(map(len, pages)) < 600  # bytes: a directory and its pixels, not the file
    for number in (0, 77, 199):
        header = image.probe(pages[number], LIMITS)
        assert header.frames == 1
        assert (image.decode(pages[number], header) == number).all()


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate", "jpeg", "group4", "packbits"])
def test_pages_that_others_wrote_are_the_same_alone(compression: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    size = (211, 137)
    made = [Image.fromarray(rng.integers(0, 255, (*size[::-1], 3), np.uint8)) for _ in range(3)]
    if compression == "group4":
        made = [one.convert("1") for one in made]
    exif = Image.Exif()
    exif[270] = "a description that is long enough to lie elsewhere"
    exif.get_ifd(34665)[37386] = 50.0
    file = io.BytesIO()
    made[0].save(file, "TIFF", save_all=True, append_images=made[1:], compression=compression, exif=exif)
    data = file.getvalue()
    alone = list(tiff_pages.split(data, 9))
    monkeypatch.setattr(tiff_pages, "_alone", lambda *_: b"")
    whole = list(tiff_pages.split(data, 9))
    assert len(alone) == len(whole) == 3
    for one, other in zip(alone, whole, strict=True):
        assert len(one) < len(data) / 2
        assert image.probe(one, LIMITS) == image.probe(other, LIMITS)
        assert np.array_equal(image.decode(one, image.probe(one, LIMITS)), image.decode(other, image.probe(other, LIMITS)))


def test_strips_that_are_all_the_same_bytes_take_no_more_room_than_the_file() -> None:
    strips, pixels = 60_000, 60_000
    data = bytearray(b"II*\0\x08\0\0\0")
    place = 8 + 2 + 9 * 12 + 4
    entries = [
        (256, 4, 1, 16), (257, 4, 1, strips), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, strips, place),
        (277, 3, 1, 1), (278, 4, 1, 1), (279, 4, strips, place + 4 * strips),
    ]  # fmt: skip
    data += struct.pack("<H", 9) + b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4)
    at = place + 8 * strips
    data += struct.pack("<I", at) * strips + struct.pack("<I", pixels) * strips + bytes(pixels)
    (page,) = tiff_pages.split(bytes(data), 5)
    assert len(page) == len(data)


def chunk(name: bytes, content: bytes = b"") -> bytes:
    return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")


def png_with(more: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + more + chunk(b"IDAT", zlib.compress(bytes(20))) + chunk(b"IEND")


def test_chunks_of_a_png(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "_MOST_CHUNKS", 50)
    assert image.probe(png_with(chunk(b"abCd") * 40), LIMITS).facts.width == 4
    data = Watched(png_with(chunk(b"abCd") * 5000))
    with pytest.raises(SampleError) as caught:
        png.probe(data, LIMITS)
    assert caught.value.code == "image.truncated"
    assert Watched.furthest < 2000
    assert list(png.png_chunks(png_with(chunk(b"abCd") * 5000)))[-1].start < 2000


def test_frames_of_animations_are_counted_up_to_one_more_than_the_limit() -> None:
    control = chunk(b"acTL", struct.pack(">II", 2**32 - 1, 0)) + chunk(b"fcTL", bytes(26)) * 500
    assert image.probe(png_with(control), LIMITS).frames == 21
    file = io.BytesIO()
    Image.new("L", (4, 4)).save(file, "GIF")
    gif = file.getvalue()
    start = gif.index(b",")
    assert image.probe(gif[:start] + gif[start:-1] * 500 + b";", LIMITS).frames == 21
    assert image.probe(gif[:start] + gif[start:-1] * 15 + b";", LIMITS).frames == 15


def test_a_colour_profile_that_unpacks_to_too_much_is_dropped() -> None:
    data = png_with(chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(20_000_000))))
    found = image.probe(data, LIMITS)
    assert (found.metadata.icc, found.metadata.lost) == (b"", ("icc_profile",))


def test_segments_of_a_jpeg() -> None:
    data = simplejpeg.encode_jpeg(np.zeros((8, 8, 3), np.uint8))
    assert image.probe(data[:2] + b"\xff\xe5\0\2" * 5000 + data[2:], LIMITS).facts.width == 8
    with pytest.raises(SampleError, match="more than 10,000 segments before the image") as caught:
        image.probe(data[:2] + b"\xff\xe5\0\2" * 20_000 + data[2:], LIMITS)
    assert caught.value.code == "image.corrupt"
    filled = data[:2] + b"\xff" * 3_000_000 + data[2:]  # any number of fill bytes is legal, and one step
    assert image.decode(filled, image.probe(filled, LIMITS)).shape == (8, 8, 3)


def test_chunks_boxes_blocks_and_tags_have_an_end() -> None:
    assert sum(1 for _ in riff.chunks(b"RIFF\0\0\0\0WAVE" + b"abcd\0\0\0\0" * 200_000)) == 100_000
    assert sum(1 for _ in isobmff.boxes(b"\0\0\0\x08abcd" * 20_000)) == 10_000
    with pytest.raises(SampleError, match="more than 10,000 blocks"):
        flac.check(b"fLaC" + b"\1\0\0\0" * 20_000)
    assert mpeg.after_tags(b"ID3\3\0\0\0\0\0\0" * 5000) == 10_000
    with pytest.raises(SampleError):
        audio.probe(b"RIFF\xff\xff\xff\x00WAVE" + b"abcd\0\0\0\0" * 200_000, LIMITS)
