"""Animations and pages: every frame is read as displayed, and written with its duration in the same kind of file."""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageSequence

from augcli.core.pipeline.settings import ImageOutput, Limits
from augcli.formats.image import codec, frames, tiff_pages
from augcli.formats.image.header import ImageHeader

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns of odd metadata

LIMITS, SOURCE = Limits(), ImageOutput()
TIMES = [50, 70, 200, 30]


def opened(data: bytes, limits: Limits = LIMITS) -> tuple[ImageHeader, list[np.ndarray]]:
    header = frames.all_of(data, codec.probe(data, limits), limits)
    return header, [codec.decode(data, header), *(pixels for _, pixels in frames.others(data, header))]


def seen(data: bytes, mode: str = "RGBA") -> list[np.ndarray]:
    """Every frame as Pillow shows it."""
    with Image.open(io.BytesIO(data)) as found:
        return [np.asarray(frame.convert(mode)) for frame in ImageSequence.Iterator(found)]


def times(data: bytes) -> list[float]:
    with Image.open(io.BytesIO(data)) as found:
        return [
            frame.copy().info.get("duration", 0) if frame.load() is not None else 0 for frame in ImageSequence.Iterator(found)
        ]


def animated(pixels: np.ndarray, form: str, **options: Any) -> bytes:
    """Four frames in which a bright square moves over an image; with alpha it moves over nothing."""
    made = []
    for number in range(4):
        frame = pixels.copy() if pixels.shape[2] == 3 else np.zeros_like(pixels)
        frame[5:15, 5 + 9 * number : 15 + 9 * number] = 250
        made.append(Image.fromarray(frame))
    file = io.BytesIO()
    made[0].save(file, form, save_all=True, append_images=made[1:], duration=TIMES, **{"loop": 3, **options})
    return file.getvalue()


CASES = [
    ("GIF", 3, {}),
    ("GIF", 3, {"loop": 0}),
    ("GIF", 4, {"disposal": 2}),
    ("GIF", 4, {"disposal": 3}),
    ("PNG", 3, {}),
    ("PNG", 4, {"disposal": 1, "blend": 1}),
    ("PNG", 4, {"disposal": 2, "blend": 0}),
    ("WEBP", 3, {"lossless": True}),
    ("WEBP", 4, {"lossless": True, "exact": True}),
]


@pytest.mark.parametrize(("form", "channels", "options"), CASES)
def test_frames_come_in_as_they_are_seen_and_go_out_so(image, form: str, channels: int, options: dict[str, Any]) -> None:
    data = animated(image(40, 60, channels), form, **options)
    header, images = opened(data)
    assert (header.frames, header.durations_ms) == (4, tuple(TIMES))
    assert header.plays == {0: 0, 3: 4 if form == "GIF" else 3}[options.get("loop", 3)]
    for ours, theirs in zip(images, seen(data), strict=True):
        assert np.array_equal(ours, theirs[:, :, : ours.shape[2]])
        assert ours.shape[2] == 4 or theirs[:, :, 3].min() == 255
    encoded = frames.encode([pixels[::-1, ::-1] for pixels in images], header, SOURCE)
    assert encoded.notes == {}
    assert encoded.suffix == f".{form.lower()}" == codec.output_suffix(header.format, SOURCE, "", True)
    again, back = opened(encoded.data)
    assert (again.format, again.durations_ms, again.plays) == (header.format, header.durations_ms, header.plays)
    for ours, before in zip(back, images, strict=True):
        alpha = ours[:, :, 3:] if channels == 4 else 1
        assert np.array_equal(ours * alpha, before[::-1, ::-1, : ours.shape[2]] * alpha)
    for ours, theirs in zip(back, seen(encoded.data), strict=True):
        assert np.array_equal(ours, theirs[:, :, : ours.shape[2]])
    assert times(encoded.data) == TIMES


@pytest.mark.parametrize(("wanted", "form"), [("png", "PNG"), ("webp", "WEBP")])
def test_a_gif_becomes_another_animation(image, wanted: str, form: str) -> None:
    header, images = opened(animated(image(40, 60), "GIF"))
    encoded = frames.encode(images, header, ImageOutput(format=wanted))
    with Image.open(io.BytesIO(encoded.data)) as found:
        assert (found.format, found.n_frames, found.info["loop"]) == (form, 4, 4)
    assert times(encoded.data) == TIMES
    for ours, theirs in zip(seen(encoded.data, "RGB"), images, strict=True):
        assert np.abs(ours.astype(int) - theirs).mean() < (6 if wanted == "webp" else 1e-9)


def test_an_animation_becomes_pages(image) -> None:
    header, images = opened(animated(image(40, 60), "PNG"))
    encoded = frames.encode(images, header, ImageOutput(format="tiff"))
    assert encoded.notes == {"durations": "not kept"}
    assert all(np.array_equal(one, other) for one, other in zip(seen(encoded.data, "RGB"), images, strict=True))


@pytest.mark.parametrize("wanted", ["jpeg", "bmp", "avif"])
def test_formats_of_one_image_are_an_error(image, code_of, wanted: str) -> None:
    header, images = opened(animated(image(), "GIF"))
    assert code_of(lambda: frames.encode(images, header, ImageOutput(format=wanted))) == "encode.frames"
    assert frames.encode(images[:1], header, ImageOutput(format=wanted)).suffix in (".jpg", ".bmp", ".avif")


def test_frames_that_no_palette_holds_are_near_and_noted(image) -> None:
    header, images = opened(animated(image(40, 60), "GIF"))
    rng = np.random.default_rng(2)
    noisy = [np.clip(pixels + rng.normal(0, 20, pixels.shape), 0, 255).astype(np.uint8) for pixels in images]
    encoded = frames.encode(noisy, header, SOURCE)
    assert encoded.notes == {"palette": "the nearest of 256 colours a frame"}
    assert encoded == frames.encode(noisy, header, SOURCE)
    for ours, theirs in zip(seen(encoded.data, "RGB"), noisy, strict=True):
        assert np.abs(ours.astype(int) - theirs).mean() < 12
    soft = [
        np.dstack([pixels, np.full(pixels.shape[:2], 100 + 100 * (number % 2), np.uint8)]) for number, pixels in enumerate(noisy)
    ]
    halves = frames.encode(soft, header, SOURCE)
    assert halves.notes["alpha"] == "clear or opaque, by one half"
    assert [int(pixels[:, :, 3].mean()) for pixels in seen(halves.data)] == [0, 255, 0, 255]


@pytest.mark.parametrize("lossless", [False, True])
def test_profile_and_exif_of_animations_go_along(image, lossless: bool) -> None:
    said = Image.Exif()
    said[0x0112], said[0x010F] = 1, "Maker"
    profile = b"\0" * 16 + b"RGB " + b"\0" * 108
    for form, options in (("PNG", {}), ("WEBP", {"lossless": lossless})):
        header, images = opened(animated(image(40, 60), form, exif=said.tobytes(), icc_profile=profile, **options))
        encoded = frames.encode(images, header, SOURCE)
        with Image.open(io.BytesIO(encoded.data)) as found:
            assert (found.getexif()[0x010F], found.info["icc_profile"]) == ("Maker", profile), form
        assert codec.probe(encoded.data, LIMITS).lossless == (form == "WEBP" and lossless)


def pages_of(pixels: np.ndarray, **options: Any) -> bytes:
    whole = Image.fromarray(pixels)
    made = [whole, whole.convert("L").resize((30, 25)), whole.convert("1"), whole.rotate(90, expand=True)]
    file = io.BytesIO()
    made[0].save(file, "TIFF", save_all=True, append_images=made[1:], dpi=(300, 300), **options)
    return file.getvalue()


@pytest.mark.parametrize("options", [{}, {"compression": "tiff_lzw"}, {"big_tiff": True}])
def test_pages_keep_their_own_size_and_mode(image, options: dict[str, Any]) -> None:
    data = pages_of(image(), **options)
    header, images = opened(data)
    assert [page.mode for page in header.pages] == ["RGB", "L", "1", "RGB"]
    assert [pixels.shape for pixels in images] == [(45, 61, 3), (25, 30, 1), (45, 61, 1), (61, 45, 3)]
    assert np.array_equal(images[3], np.rot90(image()))
    encoded = frames.encode([np.ascontiguousarray(pixels[::-1]) for pixels in images], header, SOURCE)
    assert encoded.notes == {}
    again, back = opened(encoded.data)
    assert [page.mode for page in again.pages] == ["RGB", "L", "1", "RGB"]
    assert all(np.array_equal(ours, before[::-1]) for ours, before in zip(back, images, strict=True))
    with Image.open(io.BytesIO(encoded.data)) as found:
        for number in range(4):
            found.seek(number)
            assert found.info["dpi"] == (300, 300)


def test_directories_below_a_page_move_along(image, saved) -> None:
    said = Image.Exif()
    said[0x010F] = "A maker with a long name"
    said[0x8769] = {36867: "2020:01:02 03:04:05"}
    data = saved(image(), "JPEG", exif=said.tobytes())
    header = codec.probe(data, LIMITS)
    made = [codec.encode(image(9, 9 + number), header, ImageOutput(format="tiff")).data for number in range(3)]
    pages = list(tiff_pages.split(tiff_pages.joined(made), 9))
    assert len(pages) == 3
    for page in pages:
        with Image.open(io.BytesIO(page)) as found:
            assert found.getexif()[0x010F] == "A maker with a long name"
            assert found.getexif().get_ifd(0x8769)[36867] == "2020:01:02 03:04:05"


def test_thumbnails_and_masks_among_the_pages_are_left_out(image, saved) -> None:
    kinds = (0, 1, 2, 4)  # a page, its thumbnail, a page of several, a mask
    files = [saved(image(9, 9 + kind), "TIFF", tiffinfo={254: kind}) for kind in kinds]
    header, images = opened(tiff_pages.joined(files))
    assert header.frames == 4
    assert [pixels.shape[1] for pixels in images] == [9, 11]


def test_too_many_frames_and_pixels_are_refused(image, code_of) -> None:
    for data in (animated(image(40, 60), "GIF"), pages_of(image())):
        assert code_of(lambda data=data: opened(data, Limits(max_frames=3))) == "image.too_many_frames"
        assert code_of(lambda data=data: opened(data, Limits(max_total_pixels=8000))) == "image.too_large"
        assert code_of(lambda data=data: opened(data, Limits(max_frames=4))) == ""
    assert code_of(lambda: opened(pages_of(image()), Limits(max_pixels=2744))) == "image.too_large"


def test_a_ring_of_pages_ends(image) -> None:
    data = bytearray(pages_of(image()))
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    struct.pack_into("<I", data, start + 2 + 12 * count, start)
    assert len(opened(bytes(data))[1]) == 1


@pytest.mark.parametrize(
    ("form", "options"), [("GIF", {}), ("PNG", {}), ("WEBP", {}), ("WEBP", {"lossless": True}), ("TIFF", {})]
)
def test_damage_gives_a_record_or_images_and_always_the_same(image, code_of, form: str, options: dict[str, Any]) -> None:
    data = pages_of(image()) if form == "TIFF" else animated(image(40, 60), form, **options)
    limits, rng, codes = Limits(max_pixels=100_000, max_total_pixels=400_000), np.random.default_rng(5), set()
    for _ in range(150):
        broken = bytearray(data)
        for at in rng.integers(0, len(data), rng.integers(1, 6)):
            broken[at] = rng.integers(0, 256)
        broken = broken[: rng.integers(len(data) // 2, 2 * len(data))]
        code = code_of(lambda broken=broken: opened(bytes(broken), limits))
        assert code == code_of(lambda broken=broken: opened(bytes(broken), limits))
        codes.add(code)
    assert len(codes - {""}) >= 1
    known = {
        "image.truncated",
        "image.corrupt",
        "image.unsupported_mode",
        "image.too_large",
        "image.unknown",
        "image.too_many_frames",
    }
    assert codes <= known | {""}


def test_a_lone_frame_stays_what_it_was(image, saved) -> None:
    for form in ("GIF", "PNG", "WEBP", "TIFF", "JPEG"):
        data = saved(image(), form)
        header, images = opened(data)
        assert len(images) == 1
        assert codec.probe(frames.encode(images, header, SOURCE).data, LIMITS).format == form.lower()


def test_the_first_image_of_an_apng_may_stand_apart(image) -> None:
    header, images = opened(animated(image(40, 60), "PNG", default_image=True))
    assert len(images) == 1
    assert frames.encode(images, header, SOURCE).notes == {"frames": f"first of {header.frames}"}
