"""Images that are broken, truncated, hostile or empty: always one SampleError, always the same."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import time
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from augcli.core.pipeline.settings import Limits
from augcli.formats.image import codec

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # pytest undoes the filter that test_nothing_is_printed checks

LIMITS = Limits()
KNOWN = {"image.truncated", "image.corrupt", "image.unsupported_mode", "image.too_large", "image.unknown"}

KINDS = {
    "jpeg": ("JPEG", 3, {}),
    "progressive": ("JPEG", 3, {"progressive": True}),
    "grey": ("JPEG", 1, {}),
    "grey progressive": ("JPEG", 1, {"progressive": True}),
    "restarts": ("JPEG", 3, {"restart_marker_rows": 1}),
    "png": ("PNG", 3, {}),
    "webp": ("WEBP", 3, {}),
    "webp lossless": ("WEBP", 4, {"lossless": True}),
    "bmp": ("BMP", 3, {}),
    "gif": ("GIF", 1, {}),
    "avif": ("AVIF", 3, {}),
    "tiff": ("TIFF", 3, {}),
    "tiff lzw": ("TIFF", 3, {"compression": "tiff_lzw"}),
    "png deep": ("png16", 3, {}),
    "png deep grey": ("png16", 1, {}),
    "tiff deep": ("tiff16", 4, {}),
    "tiff float": ("tiff32", 3, {}),
}


def read(data: bytes, limits: Limits = LIMITS) -> np.ndarray:
    return codec.decode(data, codec.probe(data, limits))


def png(width: int, height: int, body: bytes = b"", depth: int = 8, colours: int = 0) -> bytes:
    """A PNG of a few bytes that claims any size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body or zlib.compress(bytes(9))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_cut_off_fails(image, saved, code_of, kind: str) -> None:
    form, channels, options = KINDS[kind]
    data = saved(image(45, 60, channels), form, **options)  # 60: no padding at the end of a BMP
    assert code_of(lambda: read(data)) == ""
    codes = {cut: code_of(lambda cut=cut: read(data[:cut])) for cut in range(12, len(data), max(1, len(data) // 150))}
    codes[len(data) - 1] = code_of(lambda: read(data[:-1]))
    if form == "GIF":
        assert codes.pop(len(data) - 1) == ""  # only the trailer is missing: the image is whole
    assert set(codes.values()) == {"image.truncated"}, {cut: code for cut, code in codes.items() if code != "image.truncated"}


@pytest.mark.parametrize("kind", KINDS)
def test_damage_gives_a_record_or_a_image_and_always_the_same(image, saved, code_of, kind: str) -> None:
    form, channels, options = KINDS[kind]
    data = saved(image(channels=channels), form, **options)
    rng = np.random.default_rng(len(data))
    seen = set()
    for _ in range(300):
        broken = bytearray(data)
        for at in rng.integers(0, min(len(data), int(rng.choice([40, 400, len(data)]))), rng.integers(1, 5)):
            broken[at] = rng.integers(0, 256)
        code = code_of(lambda broken=broken: read(bytes(broken), Limits(max_pixels=1_000_000)))
        assert code == code_of(lambda broken=broken: read(bytes(broken), Limits(max_pixels=1_000_000)))
        seen.add(code)
    assert seen - {""}
    assert seen - {""} <= KNOWN | {"image.unsupported"}


def test_a_flipped_bit_in_a_png_is_noticed(image, saved, code_of) -> None:
    data = bytearray(saved(image(), "PNG"))
    start = data.index(b"IDAT") + 4
    for at in range(start + 2, len(data) - 20, 97):
        data[at] ^= 4
        assert code_of(lambda: read(bytes(data))) == "image.corrupt"
        data[at] ^= 4
    assert code_of(lambda: read(bytes(data))) == ""


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"\0", "image.unknown"),
        (b"hello", "image.unknown"),
        (b"RIFF\0\0\0\0WAVEfmt ", "image.unknown"),
        (b"\x89PNG\r\n\x1a\n", "image.truncated"),
        (b"\xff\xd8\xff", "image.truncated"),
        (b"GIF89a", "image.truncated"),
        (b"BM", "image.truncated"),
        (b"II*\0", "image.truncated"),
        (b"RIFF\x10\0\0\0WEBP", "image.truncated"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "image.truncated"),
        (b"\0\0\0\x18ftypqt  \0\0\0\0", "image.unknown"),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", "image.truncated"),
        (png(0, 5), "image.corrupt"),
        (png(5, 5), "image.truncated"),  # nine bytes of pixels instead of thirty
        (png(5, 5, colours=5), "image.corrupt"),
        (png(2, 2, zlib.compress(bytes(9)), depth=16), "image.truncated"),
        (png(2, 2, zlib.compress(bytes(11)), depth=16), "image.corrupt"),
        (png(2, 2, zlib.compress(b"\5" + bytes(9)), depth=16), "image.corrupt"),
        (png(2, 2, zlib.compress(bytes(10)), depth=16), ""),
        (png(2, 2, zlib.compress(bytes(10)), depth=16, colours=3), "image.unsupported_mode"),
    ],
)
def test_codes(code_of, data: bytes, code: str) -> None:
    assert code_of(lambda: read(data)) == code


def webp(width: int, height: int) -> bytes:
    canvas = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + canvas + b"VP8L" + struct.pack("<I", 10) + b"\x2f" + bytes(9)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif(width: int, height: int, frame: tuple[int, int] = (1, 1)) -> bytes:
    start = b"GIF89a" + struct.pack("<HH", width, height) + b"\0\0\0"
    return start + b"," + struct.pack("<HHHH", 0, 0, *frame) + b"\0" + b"\x02\x02\x44\x01\0" + b";"


def bmp(width: int, height: int) -> bytes:
    return (
        b"BM"
        + struct.pack("<IHHI", 58, 0, 0, 54)
        + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 4, 0, 0, 0, 0)
        + bytes(4)
    )


def tiff(width: int, height: int, tile: int = 0) -> bytes:
    entries = [(256, width), (257, height), (258, 8), (259, 1), (262, 1), (277, 1)]
    entries += [(322, tile), (323, tile), (324, 8), (325, 4)] if tile else [(273, 8), (278, height), (279, 4)]
    body = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(entries))
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + bytes(4)


def jpeg(saved, image) -> bytes:
    data = bytearray(saved(image(), "JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", 65_000, 65_000)
    return bytes(data)


@pytest.mark.parametrize("make", [png, webp, gif, bmp, tiff])
def test_bombs_are_refused_before_anything_is_allocated(code_of, make) -> None:
    data = make(16_000, 16_000)
    assert len(data) < 200
    tracemalloc.start()
    begin = time.perf_counter()
    assert code_of(lambda: codec.probe(data, LIMITS)) == "image.too_large"
    assert time.perf_counter() - begin < 0.5
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    assert code_of(lambda: codec.probe(make(16_000, 16_000), Limits(max_pixels=256_000_000))) == ""


def test_jpeg_bomb(code_of, image, saved) -> None:
    assert code_of(lambda: codec.probe(jpeg(saved, image), LIMITS)) == "image.too_large"


def test_bombs_in_the_small_print(code_of) -> None:
    assert code_of(lambda: codec.probe(gif(1, 1, (60_000, 60_000)), LIMITS)) == "image.too_large"
    assert code_of(lambda: codec.probe(tiff(10, 10, 1_000_000), LIMITS)) == "image.too_large"


def test_a_limit_above_that_of_pillow_is_obeyed() -> None:
    """Pillow would warn from 89 megapixels on, and refuse from 179 on."""
    side = 13_504
    body = zlib.compress(bytes((side // 8 + 1) * side))
    data = png(side, side, body, depth=1)
    header = codec.probe(data, Limits(max_pixels=side * side))
    assert header.facts.width * header.facts.height > 2 * 89_478_485
    assert codec.decode(data, header).shape == (side, side, 1)


def test_nothing_is_printed(tmp_path: Path, image, saved) -> None:
    """Libraries below write to file descriptor 2, and Pillow warns: neither may reach the user's terminal."""
    rng = np.random.default_rng(3)
    number = 0
    for kind, (form, channels, options) in KINDS.items():
        if kind == "tiff lzw":
            continue  # Pillow leaves libtiff's "Using code not yet in table" alone
        data = saved(image(channels=channels), form, **options)
        exif = data
        if form not in ("BMP", "png16", "tiff16", "tiff32"):
            exif = saved(image(channels=channels), form, exif=b"Exif\0\0II*\0\x08\0\0\0\xff\0" + bytes(9))
        for source in (data, exif):
            for cut in (len(source), len(source) // 2):
                for _ in range(8):
                    broken = bytearray(source[:cut])
                    for at in rng.integers(0, cut, 3):
                        broken[at] = rng.integers(0, 256)
                    (tmp_path / f"{number:04d}").write_bytes(broken)
                    number += 1
    script = """
import pathlib, sys
from augcli.core.values.outcome import SampleError
from augcli.core.pipeline.settings import Limits
from augcli.formats.image import codec
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    data = path.read_bytes()
    try:
        codec.decode(data, codec.probe(data, Limits()))
        print("read")
    except SampleError as error:
        print(error.code)
"""
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(set(done.stdout.split())) >= 3
    assert len(done.stdout.split()) == number


def test_trailing_bytes_do_no_harm(image, saved, code_of) -> None:
    for form in ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF"):
        data = saved(image(), form)
        assert np.array_equal(read(data + b"\0 trailing \xff\xd8"), read(data)), form


def test_bytes_of_another_format_are_told_by_content(image, saved) -> None:
    file = io.BytesIO()
    Image.fromarray(image()).save(file, "PNG")
    assert codec.probe(file.getvalue(), LIMITS).format == "png"
