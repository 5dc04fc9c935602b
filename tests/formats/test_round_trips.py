"""Round trips, one row per kind of file: the input, and what differs in a smaller image made from it.

`python tests/formats/test_round_trips.py` prints the table as it is.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms, ImageSequence, PngImagePlugin

from augcli.core.pipeline.settings import ImageOutput, Limits
from augcli.formats.bytes.encoded import Encoded
from augcli.formats.image import codec, frames

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
HEIC = Path(__file__).parent / "heic"
SIZE, CUT = (61, 45), (40, 30)
TIMES = [30, 80, 50]
THUMBNAIL = b"\xff\xd8 a thumbnail \xff\xd9"


class Told(NamedTuple):
    """What a file says. `orientation` and `maker` are EXIF's, `profile` is the colour space that its profile is for."""

    format: str
    mode: str
    sizes: tuple[tuple[int, int], ...]  # of each frame
    times: tuple[float, ...] = ()  # how long each is shown, in ms
    plays: int | None = None
    subsampling: str = ""
    passes: bool = False
    lossless: bool = False
    profile: str = ""
    maker: str = ""
    orientation: int = 1
    thumbnail: bool = False
    text: str = ""
    density: float = 0.0


class Row(NamedTuple):
    name: str
    make: Callable[[], bytes]
    changes: Mapping[str, Any] = MappingProxyType({})  # what is not as it was, beside the size, the orientation and the thumbnail
    notes: Mapping[str, str] = MappingProxyType({})
    all_frames: bool = False


def scene(channels: int = 4) -> np.ndarray:
    small = np.random.default_rng(7).uniform(0, 255, (3, 4, 4)).astype(np.float32)
    return np.clip(cv2.resize(small, SIZE, interpolation=cv2.INTER_CUBIC), 0, 255).astype(np.uint8)[:, :, :channels]


def exif() -> bytes:
    """A maker, a turn to the right, and a thumbnail."""
    said = Image.Exif()
    said.endian = "<"
    said[0x0112], said[0x010F] = 8, "Maker"
    block = bytearray(said.tobytes())
    after, start = 6 + 8 + 2 + 12 * struct.unpack_from("<H", block, 14)[0], len(block) - 6
    struct.pack_into("<I", block, after, start)
    entries = struct.pack("<HHII", 0x0201, 4, 1, start + 30) + struct.pack("<HHII", 0x0202, 4, 1, len(THUMBNAIL))
    return bytes(block + struct.pack("<H", 2) + entries + bytes(4) + THUMBNAIL)


def saved(form: str, mode: str, bare: bool = False, **options: Any) -> Callable[[], bytes]:
    """A file by Pillow, with a profile for its mode and EXIF where the format has them, unless it is to be bare."""

    def make() -> bytes:
        file, more = io.BytesIO(), dict(options)
        if form in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF") and not bare:
            space = {"1": b"GRAY", "L": b"GRAY", "LA": b"GRAY", "CMYK": b"CMYK"}.get(mode, b"RGB ")
            said = Image.Exif()
            said[0x0112], said[0x010F] = 8, "Maker"
            more |= {"icc_profile": PROFILE[:16] + space + PROFILE[20:], "exif": said if form == "TIFF" else exif()}
        Image.fromarray(scene(4 if "A" in mode else 3)).convert(mode).save(file, form, **more)
        return file.getvalue()

    return make


def palette_with_hole(form: str) -> Callable[[], bytes]:
    def make() -> bytes:
        image, file = Image.fromarray(scene(3)).quantize(40), io.BytesIO()
        image.save(file, form, transparency=image.getpixel((3, 3)))
        return file.getvalue()

    return make


def animated(form: str, mode: str = "RGB", **options: Any) -> Callable[[], bytes]:
    """Three frames, shown for different times, four times over; pages, where the format knows no time."""

    def make() -> bytes:
        made = [Image.fromarray(np.roll(scene(len(mode)), 20 * number, 1)) for number in range(3)]
        made = [made[0], made[1], made[2] if form != "TIFF" else made[2].resize((50, 41))]
        file = io.BytesIO()
        more = {} if form == "TIFF" else {"duration": TIMES, "loop": 3 if form == "GIF" else 4}
        made[0].save(file, form, save_all=True, append_images=made[1:], **more, **options)
        return file.getvalue()

    return make


def deep(form: str, channels: int, kind: type = np.uint16, pages: int = 1) -> Callable[[], bytes]:
    """16 bits or floats, by OpenCV, which says nothing beside the pixels."""

    def make() -> bytes:
        whole = scene(channels).astype(kind) * kind(257 if kind is np.uint16 else 0.01)
        made = [np.ascontiguousarray(np.roll(whole, 9 * number, 1)) for number in range(pages)]
        done = cv2.imencode(form, made[0]) if pages == 1 else cv2.imencodemulti(form, made)
        return done[1].tobytes()

    return make


def texts() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "a text")
    return info


PLAIN = {"converted": "CMYK to RGB"}
GIF = {"converted": "P to RGB", "format": "gif to png"}
FLOATS = {"float": f"worked on in 16 bits over 0.0 to {float(np.float32(2.55))!r}"}
INKS = {"converted": "CMYK to RGB", "icc_profile": "not kept: it is for CMYK"}
FIRST = {"sizes": (CUT,), "times": (), "plays": None}
ROWS = [
    Row("jpeg grey", saved("JPEG", "L")),
    Row("jpeg 4:2:0", saved("JPEG", "RGB", subsampling=2)),
    Row("jpeg 4:2:2", saved("JPEG", "RGB", subsampling=1)),
    Row("jpeg 4:4:4 in passes", saved("JPEG", "RGB", subsampling=0, progressive=True)),
    Row("jpeg comment, density", saved("JPEG", "RGB", comment="a text", dpi=(300, 300))),
    Row("jpeg CMYK", saved("JPEG", "CMYK"), {"mode": "RGB", "profile": "", "subsampling": "444"}, INKS),
    Row("jpeg CMYK, no profile", saved("JPEG", "CMYK", bare=True), {"mode": "RGB", "subsampling": "444"}, PLAIN),
    Row("png 1 bit", saved("PNG", "1")),
    Row("png grey", saved("PNG", "L")),
    Row("png grey with alpha", saved("PNG", "LA")),
    Row("png palette", saved("PNG", "P"), {"mode": "RGB"}, {"converted": "P to RGB"}),
    Row("png palette with a hole", palette_with_hole("PNG"), {"mode": "RGBA"}, {"converted": "P to RGBA"}),
    Row("png RGB", saved("PNG", "RGB")),
    Row("png RGBA", saved("PNG", "RGBA")),
    Row("png text, density", saved("PNG", "RGB", pnginfo=texts(), dpi=(300, 300))),
    Row("png animation", animated("PNG"), FIRST, {"frames": "first of 3"}),
    Row("png animation, all", animated("PNG"), all_frames=True),
    Row("webp RGB", saved("WEBP", "RGB")),
    Row("webp RGBA", saved("WEBP", "RGBA")),
    Row("webp without loss", saved("WEBP", "RGBA", lossless=True)),
    Row("webp animation", animated("WEBP"), FIRST, {"frames": "first of 3"}),
    Row("webp animation, all", animated("WEBP", "RGBA", lossless=True), all_frames=True),
    Row("avif grey", saved("AVIF", "L")),
    Row("avif 4:2:0", saved("AVIF", "RGB", subsampling="4:2:0")),
    Row("avif 4:4:4", saved("AVIF", "RGB", subsampling="4:4:4")),
    Row("avif RGBA", saved("AVIF", "RGBA")),
    Row("tiff 1 bit", saved("TIFF", "1")),
    Row("tiff grey", saved("TIFF", "L")),
    Row("tiff grey with alpha", saved("TIFF", "LA")),
    Row("tiff palette", saved("TIFF", "P"), {"mode": "RGB"}, {"converted": "P to RGB"}),
    Row("tiff RGB, density", saved("TIFF", "RGB", compression="tiff_lzw", dpi=(300, 300))),
    Row("tiff RGBA", saved("TIFF", "RGBA")),
    Row("tiff CMYK", saved("TIFF", "CMYK"), {"mode": "RGB", "profile": ""}, INKS),
    Row("tiff CMYK, no profile", saved("TIFF", "CMYK", bare=True), {"mode": "RGB"}, PLAIN),
    Row("png 16 bits, grey", deep(".png", 1)),
    Row("png 16 bits, RGB", deep(".png", 3)),
    Row("png 16 bits, RGBA", deep(".png", 4)),
    Row("tiff 16 bits, grey", deep(".tiff", 1)),
    Row("tiff 16 bits, RGB", deep(".tiff", 3)),
    Row("tiff floats", deep(".tiff", 1, np.float32), notes=FLOATS),
    Row("tiff 16 bits, pages, all", deep(".tiff", 3, pages=3), all_frames=True),
    Row("tiff pages", animated("TIFF", dpi=(300, 300)), FIRST, {"frames": "first of 3"}),
    Row("tiff pages, all", animated("TIFF", dpi=(300, 300)), all_frames=True),
    Row("bmp 1 bit, density", saved("BMP", "1", dpi=(300, 300))),
    Row("bmp grey", saved("BMP", "L")),
    Row("bmp palette", saved("BMP", "P"), {"mode": "RGB"}, {"converted": "P to RGB"}),
    Row("bmp RGB, density", saved("BMP", "RGB", dpi=(300, 300))),
    Row("gif", saved("GIF", "P"), {"format": "PNG", "mode": "RGB"}, GIF),
    Row("gif with a hole", palette_with_hole("GIF"), {"format": "PNG", "mode": "RGBA"},
        {**GIF, "converted": "P to RGBA"}),
    Row("gif animation", animated("GIF"), {**FIRST, "format": "PNG", "mode": "RGB"}, {**GIF, "frames": "first of 3"}),
    Row("gif animation, all", animated("GIF"), all_frames=True),
    Row("heic as of a phone", (HEIC / "turned.heic").read_bytes, {"format": "JPEG"}, {"format": "heic to jpeg"}),
    Row("heic grey", (HEIC / "grey.heic").read_bytes, {"format": "JPEG"}, {"format": "heic to jpeg"}),
]  # fmt: skip


def described(data: bytes) -> Told:
    """By Pillow; by our own header what Pillow does not tell, and HEIC."""
    header = codec.probe(data, Limits())
    if header.format == "heic":
        space, maker = header.metadata.icc[16:20].decode().strip(), "Maker" if b"Maker" in header.metadata.exif else ""
        return Told("HEIC", header.mode, (header.facts[:2],), subsampling=header.subsampling, profile=space, maker=maker)
    with Image.open(io.BytesIO(data)) as found:
        said, info, shown = dict(found.getexif()), dict(found.info), getattr(found, "n_frames", 1) > 1
        mode = header.mode if found.format == "AVIF" or ";" in header.mode else found.mode  # Pillow makes 8 bits of 16
        made = [(frame.size, frame.load() and frame.info.get("duration", 0)) for frame in ImageSequence.Iterator(found)]
        text = info.get("Comment", info.get("comment", b""))
        dpi = (
            info.get("dpi", (0,))[0] if info.get("jfif_unit", found.format != "JPEG") else 0
        )  # Pillow guesses where JFIF has no unit
        return Told(
            str(found.format), mode, tuple(size for size, _ in made), tuple(time for _, time in made if shown and time),
            header.plays if shown and header.durations_ms else None, header.subsampling, "progressive" in info, header.lossless,
            info.get("icc_profile", b"")[16:20].decode().strip(), str(said.get(0x010F, "")), said.get(0x0112, 1),
            THUMBNAIL in data, text if isinstance(text, str) else text.decode(), float(round(dpi)),
        )  # fmt: skip


def round_trip(row: Row) -> tuple[bytes, Encoded]:
    """The file, and what is made of a part of its image, or of each of its images."""
    data = row.make()
    header = codec.probe(data, Limits())
    header = frames.all_of(data, header, Limits()) if row.all_frames else header
    images = [codec.decode(data, header), *(pixels for _, pixels in frames.others(data, header))]
    parts = [np.ascontiguousarray(pixels[: CUT[1], : CUT[0]]) for pixels in images]
    encoded = frames.encode(parts, header, ImageOutput())
    if row.name.startswith(("png", "tiff", "bmp", "gif", "webp without", "webp animation, all")):
        again = frames.all_of(encoded.data, codec.probe(encoded.data, Limits()), Limits())
        back = [codec.decode(encoded.data, again), *(pixels for _, pixels in frames.others(encoded.data, again))]
        for ours, part in zip(back, parts, strict=True):
            assert np.array_equal(ours, part), "not the same pixels"
    return data, encoded


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_came_in_goes_out(row: Row) -> None:
    data, encoded = round_trip(row)
    came, went = described(data), described(encoded.data)
    expected = came._replace(sizes=tuple(CUT for _ in came.sizes), orientation=1, thumbnail=False)
    assert went == expected._replace(**row.changes)
    assert encoded.notes == row.notes
    assert codec.probe(encoded.data, Limits()).orientation == 1


def test_the_table_says_something() -> None:
    """That files really came with what the rows say is kept."""
    came = {row.name: described(row.make()) for row in ROWS}
    for name in ("jpeg grey", "png RGB", "webp RGB", "avif RGBA", "tiff RGB, density"):
        assert (came[name].maker, came[name].profile) == ("Maker", "GRAY" if "grey" in name else "RGB")
        assert came[name].orientation == 8 or name.startswith("avif")  # Pillow turns it into a box of the file
        assert came[name].thumbnail or name.startswith(("tiff", "avif"))  # Pillow leaves it out of these
    assert {came[name].density for name in came if "density" in name} == {300.0}
    assert {came[name].text for name in came if "text" in name or "comment" in name} == {"a text"}
    for name in came:
        if "animation" in name:
            assert (came[name].times, came[name].plays) == (tuple(TIMES), 4), name
    assert came["tiff pages"].sizes == (SIZE, SIZE, (50, 41))
    assert came["jpeg 4:4:4 in passes"].passes


def changed(form: str, mode: str, change: Callable[[np.ndarray], None]) -> Encoded:
    data = saved(form, mode)()
    header = codec.probe(data, Limits())
    pixels = codec.decode(data, header)
    change(pixels)
    encoded = codec.encode(pixels, header, ImageOutput())
    assert np.array_equal(codec.decode(encoded.data, codec.probe(encoded.data, Limits())), pixels)
    return encoded


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_pixels_that_no_longer_fit_get_a_wider_mode(form: str) -> None:
    def one_grey(pixels: np.ndarray) -> None:
        pixels[3, 3] = 77

    def one_red(pixels: np.ndarray) -> None:
        pixels[3, 3] = (200, 0, 0, 9)

    assert changed(form, "1", one_grey).notes == {"converted": "1 to L"}
    assert changed(form, "LA", one_grey).notes == {}
    wider = changed(form, "LA", one_red)
    assert wider.notes == {"converted": "LA to RGBA", "icc_profile": "not kept: it is for GRAY"}


if __name__ == "__main__":
    for row in ROWS:
        data, encoded = round_trip(row)
        came, went = described(data), described(encoded.data)
        changes = [
            f"{name} {one!r} → {other!r}" for name, one, other in zip(Told._fields, came, went, strict=True) if one != other
        ]
        kept = [
            f"{name} {value!r}" for name, value, other in zip(Told._fields, came, went, strict=True) if value == other and value
        ]
        print(f"{row.name}\n  kept: {', '.join(kept)}\n  changed: {', '.join(changes)}\n  notes: {encoded.notes}")
