"""PBM, PGM, PPM and PAM: every variant is read, written back in binary, and hostile files cost a record each."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from augcli.core.pipeline.settings import ImageOutput, Limits
from augcli.dataset.detect import Detection, detect
from augcli.formats.image import codec

LIMITS, SOURCE = Limits(), ImageOutput()
SIZE = (5, 13)  # height and width: bits do not fill bytes


def samples(channels: int, maxval: int) -> np.ndarray:
    return np.random.default_rng(channels).integers(0, maxval + 1, (*SIZE, channels), np.uint16)


def text_of(variant: int, values: np.ndarray, maxval: int = 255, comment: str = "") -> bytes:
    size = f"{values.shape[1]} {values.shape[0]}" + ("" if variant == 1 else f"\n{maxval}")
    return f"P{variant}\n{comment}{size}\n{' '.join(map(str, values.ravel()))}\n".encode()


def binary_of(variant: int, values: np.ndarray, maxval: int = 255, comment: str = "") -> bytes:
    if variant == 4:
        return f"P4\n{comment}{values.shape[1]} {values.shape[0]}\n".encode() + np.packbits(values[:, :, 0], axis=1).tobytes()
    head = f"P{variant}\n{comment}{values.shape[1]} {values.shape[0]}\n{maxval}\n"
    return head.encode() + values.astype(">u2" if maxval > 255 else np.uint8).tobytes()


def pam_of(values: np.ndarray, maxval: int = 255, kind: str = "") -> bytes:
    height, width, depth = values.shape
    head = f"P7\n# a comment\nWIDTH {width}\nHEIGHT {height}\nDEPTH {depth}\nMAXVAL {maxval}\n{kind}ENDHDR\n"
    return head.encode() + values.astype(">u2" if maxval > 255 else np.uint8).tobytes()


def read(data: bytes, limits: Limits = LIMITS) -> np.ndarray:
    return codec.decode(data, codec.probe(data, limits))


@pytest.mark.parametrize("maxval", [255, 65_535])
@pytest.mark.parametrize(("text", "binary", "channels"), [(2, 5, 1), (3, 6, 3)])
def test_grey_and_colour_are_read_exactly_and_come_back_in_binary(text: int, binary: int, channels: int, maxval: int) -> None:
    values = samples(channels, maxval)
    for data in (text_of(text, values, maxval), binary_of(binary, values, maxval)):
        header = codec.probe(data, LIMITS)
        pixels = codec.decode(data, header)
        assert pixels.dtype == (np.uint16 if maxval > 255 else np.uint8)
        assert np.array_equal(pixels, values)
        assert header.format == "pnm" and header.facts == (13, 5, channels, 16 if maxval > 255 else 8)
        encoded = codec.encode(pixels, header, SOURCE)
        assert encoded.data == binary_of(binary, values, maxval) and encoded.suffix == ".pnm"
        assert encoded.notes == ({"text form": "not kept"} if data[1:2] == b"%d" % text else {})


def test_bits_are_black_where_they_are_one() -> None:
    bits = samples(1, 1)
    digits = f"P1\n13 5\n{''.join(map(str, bits.ravel()))}".encode()  # without white space, as many programs write them
    for data in (text_of(1, bits), digits, binary_of(4, bits)):
        header = codec.probe(data, LIMITS)
        pixels = codec.decode(data, header)
        assert header.mode == "1" and np.array_equal(pixels, 255 * (1 - bits))
        assert codec.encode(pixels, header, SOURCE).data == binary_of(4, bits)
    grey = codec.encode(np.full((2, 2, 1), 77, np.uint8), header, SOURCE)
    assert grey.data == b"P5\n2 2\n255\n" + b"MMMM" and grey.notes == {"converted": "1 to L"}


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("maxval", [255, 65_535])
def test_pam_holds_alpha(channels: int, maxval: int) -> None:
    values = samples(channels, maxval)
    data = pam_of(values, maxval)
    header = codec.probe(data, LIMITS)
    pixels = codec.decode(data, header)
    assert np.array_equal(pixels, values if channels != 2 else values[:, :, [0, 0, 0, 1]])
    again = codec.encode(pixels, header, SOURCE)
    assert again.suffix == ".pam" and b"# a comment\n" in again.data and again.notes == {}
    assert np.array_equal(read(again.data), pixels) and again.data.endswith(data[data.index(b"ENDHDR") :])
    assert codec.probe(again.data, LIMITS).mode == header.mode


def test_pam_of_black_and_white() -> None:
    data = pam_of(samples(1, 1), 1, "TUPLTYPE BLACKANDWHITE\n")
    header = codec.probe(data, LIMITS)
    assert header.mode == "1" and np.array_equal(codec.decode(data, header), 255 * samples(1, 1))
    again = codec.encode(codec.decode(data, header), header, SOURCE).data
    assert codec.probe(again, LIMITS).mode == "1" and np.array_equal(read(again), read(data))


def test_other_programs_agree(image: Callable[..., np.ndarray]) -> None:
    for channels, suffix in ((1, ".pgm"), (3, ".ppm")):
        pixels = image(channels=channels)
        planes = pixels if channels == 1 else cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
        for deep in (planes, planes.astype(np.uint16) * 257):
            data = cv2.imencode(suffix, deep)[1].tobytes()
            assert np.array_equal(read(data), pixels if deep is planes else pixels.astype(np.uint16) * 257)
        ours = codec.encode(pixels, codec.probe(data, LIMITS), SOURCE).data
        with Image.open(io.BytesIO(ours)) as found:
            assert np.array_equal(np.asarray(found).reshape(pixels.shape), pixels)


@pytest.mark.parametrize(("maxval", "deep"), [(1, False), (15, False), (100, False), (256, True), (1023, True), (4095, True)])
def test_other_maxvals_are_scaled_and_noted(maxval: int, deep: bool) -> None:
    values = samples(1, maxval)
    full = 65_535 if deep else 255
    data = binary_of(5, values, maxval)
    header = codec.probe(data, LIMITS)
    pixels = codec.decode(data, header)
    assert np.array_equal(pixels, np.floor(values.astype(float) * full / maxval + 0.5))
    assert np.array_equal(pixels, read(text_of(2, values, maxval)))
    assert codec.encode(pixels, header, SOURCE).notes == {f"maxval {maxval}": "not kept"}


def test_comments_in_headers_are_kept() -> None:
    values = samples(3, 255)
    data = binary_of(6, values, comment="# by a camera\n#two\n")
    header = codec.probe(data, LIMITS)
    assert header.metadata.comments == (b"by a camera", b"two")
    again = codec.encode(codec.decode(data, header), header, SOURCE)
    assert again.data == binary_of(6, values, comment="# by a camera\n# two\n") and again.notes == {}
    assert codec.encode(codec.decode(data, header), header, ImageOutput(metadata="drop")).data == binary_of(6, values)
    everywhere = b"P2#a\n 13#b\r\n#c\n5 #d\n 255\n" + b"#e\n".join(b"%d\n" % value for value in values[:, :, 0].ravel())
    assert np.array_equal(read(everywhere), values[:, :, :1])


@pytest.mark.parametrize("head", [b"P5 5 13#x\n255 ", b"P5\r\n5 13\r\n255\r\n", b"P5\r5 13\r255\r", b"P5 5 13 255# last\n"])
def test_pixels_begin_after_any_line_end(head: bytes) -> None:
    values = np.full((13, 5, 1), 10, np.uint8)  # 10 is a line feed, too
    assert np.array_equal(read(head + values.tobytes()), values)
    assert np.array_equal(read(head.replace(b"P5", b"P2") + b"10\n" * 65), values)


def test_pam_with_other_white_space_and_other_inks(code_of: Any) -> None:
    data = pam_of(samples(3, 255))
    for other in (data.replace(b"WIDTH ", b"WIDTH\t"), data.replace(b"P7\n", b"P7\r\n").replace(b"ENDHDR\n", b"ENDHDR\r\n")):
        assert detect(other, "x", len(other)).kind == "pam" and np.array_equal(read(other), samples(3, 255))
    assert code_of(lambda: read(pam_of(samples(4, 255), kind="TUPLTYPE CMYK\n"))) == "image.unsupported_mode"


def test_the_first_of_several_images_is_used_and_noted() -> None:
    one, other = binary_of(5, samples(1, 255)), binary_of(6, samples(3, 65_535), 65_535)
    header = codec.probe(one + other + one, LIMITS)
    assert header.frames == 3 and np.array_equal(read(one + other + one), read(one))
    assert codec.encode(read(one), header, SOURCE).notes == {"frames": "first of 3"}
    assert codec.probe(one * 50, Limits(max_frames=7)).frames == 7
    for trailing in (b"\0 trailing \xff\xd8", b"P", b"P5\n", b"P5\n9 9\n255\n"):
        assert codec.probe(one + trailing, LIMITS).frames == 1 and np.array_equal(read(one + trailing), read(one))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"P5", "image.truncated"),
        (b"P5\n", "image.truncated"),
        (b"P6\n# only a comment", "image.truncated"),
        (b"P6\n2 2\n255", "image.truncated"),
        (b"P6\n2 2\n255\n", "image.truncated"),
        (b"P6\n2 2\n255\n" + bytes(11), "image.truncated"),
        (b"P6\n2 2\n255\n" + bytes(12), ""),
        (b"P5\n2 2\n65535\n" + bytes(7), "image.truncated"),
        (b"P4\n9 2\n" + bytes(3), "image.truncated"),
        (b"P1\n2 2\n101", "image.truncated"),
        (b"P1\n2 2\n10 2 1", "image.corrupt"),
        (b"P2\n2 2\n255\n1 2 3   ", "image.truncated"),
        (b"P2\n2 2\n255\n1 2 3 -4", "image.corrupt"),
        (b"P2\n2 2\n255\n1 2 3 256", "image.corrupt"),
        (b"P2\n2 2\n255\n1 2 3 70000", "image.corrupt"),
        (b"P2\n2 2\n99\n1 2 3 100", "image.corrupt"),
        (b"P5\n2 2\n99\n" + b"\x63\x63\x63\x64", "image.corrupt"),
        (b"P5\n0 2\n255\n" + bytes(9), "image.corrupt"),
        (b"P5\n2 2\n0\n" + bytes(9), "image.corrupt"),
        (b"P5\n2 2\n65536\n" + bytes(9), "image.corrupt"),
        (b"P5\ntwo 2\n255\n" + bytes(9), "image.corrupt"),
        (b"P5\n2 " + b"9" * 5000 + b"\n255\n", "image.corrupt"),
        (b"P5\n99999 99999\n255\n", "image.too_large"),
        (b"P3\n4000000000 4000000000\n255\n1", "image.too_large"),
        (b"P7\nWIDTH 2\nHEIGHT 2\n", "image.truncated"),
        (b"P7\nWIDTH 2\nHEIGHT 2\nDEPTH 1\nENDHDR\n" + bytes(4), "image.corrupt"),
        (b"P7\nWIDTH 2\nHEIGHT 2\nDEPTH 5\nMAXVAL 255\nENDHDR\n" + bytes(20), "image.corrupt"),
        (b"P7\nWIDTH 2\nHEIGHT 2\nDEPTH 4\nMAXVAL 255\nENDHDR\n" + bytes(15), "image.truncated"),
        (b"P8\n2 2\n255\n" + bytes(12), "image.unknown"),
    ],
)  # fmt: skip
def test_codes(code_of: Any, data: bytes, code: str) -> None:
    assert code_of(lambda: read(data)) == code


def test_a_huge_size_is_refused_before_memory_is_taken(code_of: Any) -> None:
    import tracemalloc

    tracemalloc.start()
    wide = Limits(max_pixels=10**18)
    for data in (b"P6\n900000 900000\n65535\n" + bytes(99), b"P3\n900000 900000\n255\n" + b"1 " * 99):
        assert code_of(lambda data=data: codec.probe(data, wide)) == "image.truncated"
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


def test_text_is_read_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    from augcli.formats.image.kinds import pnm

    values = samples(3, 65_535)
    monkeypatch.setattr(pnm, "_TEXT_BLOCK", 7)
    assert np.array_equal(read(text_of(3, values, 65_535)), values)


def test_damage_gives_a_record_or_an_image_and_always_the_same(code_of: Any) -> None:
    rng = np.random.default_rng(5)
    known = {"", "image.truncated", "image.corrupt", "image.too_large", "image.unknown"}
    for data in (text_of(3, samples(3, 255)), binary_of(6, samples(3, 65_535), 65_535), pam_of(samples(4, 255))):
        seen = set()
        for _ in range(300):
            broken = bytearray(data)
            for at in rng.integers(0, min(len(data), 60), 2):
                broken[at] = rng.integers(0, 256)
            content = bytes(broken[: rng.integers(2, 2 * len(data))])
            code = code_of(lambda content=content: read(content, Limits(max_pixels=100_000)))
            assert code == code_of(lambda content=content: read(content, Limits(max_pixels=100_000)))
            seen.add(code)
        assert len(seen) > 2 and seen <= known


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (b"P6\n# made by\n4 4\n255\n" + bytes(48), "a/x.ppm", Detection("image", "pnm", None, True)),
        (b"P5 4 4 255 " + bytes(16), "x.pgm", Detection("image", "pnm", None, True)),
        (b"P5 4 4 255 " + bytes(16), "x.png", Detection("image", "pnm", None, False)),
        (b"P4\n8 1\n\xff", "x", Detection("image", "pnm", None, True)),
        (b"P1\n1 1\n1", "x.PBM", Detection("image", "pnm", None, True)),
        (b"P7\nWIDTH 1\n", "x.pam", Detection("image", "pam", None, True)),
        (b"P7\nWIDTH 1\n", "x.pgm", Detection("image", "pam", None, False)),
        (b"P2 5 images of cats", "x.txt", Detection("text", "txt", None, True)),
        (b"P2P networks", "x.md", Detection("text", "md", None, True)),
        (b"", "x.pgm", Detection("image", "pnm", "file.empty", True)),
        (b"P5 is not a number", "x.pgm", Detection("image", "pnm", None, False)),
        (b"P5 3 people came.\n", "x", Detection(None, "text", "detect.text_suffix", True)),
        (b"P5 3 people came.\n", "x.png", Detection("image", "png", None, False)),
        (b"P2 4 5 6 lines", "x", Detection(None, "text", "detect.text_suffix", True)),
        (b"P1 4 5 was the code for the door.\n", "x", Detection(None, "text", "detect.text_suffix", True)),
        (b"P3 # note\nhello", "x", Detection(None, "text", "detect.text_suffix", True)),
        (b"P5 12\n", "x.log", Detection(None, "log", "detect.other", True)),
    ],
)  # fmt: skip
def test_detection(data: bytes, name: str, found: Detection) -> None:
    assert detect(data, name, len(data)) == found


def test_other_formats_take_over_what_they_hold() -> None:
    values = samples(3, 65_535)
    header = codec.probe(binary_of(6, values, 65_535, "# note\n"), LIMITS)
    assert np.array_equal(read(codec.encode(values, header, ImageOutput(format="png")).data), values)
    assert codec.encode(values, header, ImageOutput(format="png")).notes == {"comments": "not kept"}
    assert codec.encode(values, header, ImageOutput(format="jpeg")).notes == {"converted": "RGB;16 to RGB"}
    assert codec.output_suffix("pnm", SOURCE, ".PPM") == ".PPM" and codec.output_suffix("pnm", SOURCE, ".x") == ".pnm"
