from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from augcli.formats.image.metadata import exif

KINDS = {1: "B", 3: "H", 4: "I"}


def block(orientation: int, order: str = "<", kind: int = 3, before: int = 2) -> bytes:
    """An EXIF block with `before` other entries in front."""
    start = b"II*\0" if order == "<" else b"MM\0*"
    entries = b"".join(struct.pack(order + "HHII", 0x0100 + k, 4, 1, 9) for k in range(before))
    value = struct.pack(order + KINDS.get(kind, "H"), orientation).ljust(4, b"\0")
    entry = struct.pack(order + "HHI", 0x0112, kind, 1) + value
    return start + struct.pack(order + "IH", 8, before + 1) + entries + entry + bytes(4)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("kind", [1, 3, 4])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_reads_what_writers_write(orientation: int, kind: int, order: str) -> None:
    assert exif.orientation(block(orientation, order, kind)) == orientation
    assert exif.orientation(b"Exif\0\0" + block(orientation, order, kind)) == orientation


@pytest.mark.parametrize(
    "data", [b"", b"Exif\0\0", b"II*\0", block(0), block(9), block(6, kind=2), block(6)[:25], b"XX" + block(6)[2:]]
)
def test_what_cannot_be_read_is_upright(data: bytes) -> None:
    assert exif.orientation(data) == 1


@given(st.binary(max_size=80), st.sampled_from([b"", b"II*\0", b"MM\0*", b"Exif\0\0II*\0\x08\0\0\0"]))
def test_garbage_never_raises(tail: bytes, start: bytes) -> None:
    assert 1 <= exif.orientation(start + tail) <= 8


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_turns_as_pillow_does(orientation: int, channels: int) -> None:
    pixels = np.arange(5 * 7 * channels, dtype=np.uint8).reshape(5, 7, channels)
    expected = []
    for channel in range(channels):
        plane = Image.fromarray(np.ascontiguousarray(pixels[:, :, channel]))
        plane.getexif()[0x0112] = orientation
        expected.append(np.asarray(ImageOps.exif_transpose(plane)))
    turned = exif.upright(pixels, orientation)
    assert np.array_equal(turned, np.stack(expected, -1))
