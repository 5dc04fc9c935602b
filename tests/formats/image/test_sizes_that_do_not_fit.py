"""Every encoder is asked for sizes just inside and just outside of what it can write: it writes all of it, or says so."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from augcli.core.pipeline.settings import ImageOutput, Limits
from augcli.core.values.memory import is_out_of_memory
from augcli.core.values.outcome import SampleError
from augcli.formats.image import codec, encoders, frames
from augcli.formats.image.table import BY_NAME, FORMATS

LIMITS = Limits(max_pixels=10**9)
LIMITED = [one.name for one in FORMATS if one.choosable and one.max_side is not None]
LONG = 1_100_000  # pixels: beyond what any format with a limit holds


@pytest.fixture(scope="module")
def header(saved, image) -> codec.ImageHeader:
    return codec.probe(saved(image(8, 8), "PNG"), LIMITS)


@pytest.mark.parametrize("turned", [False, True], ids=["wide", "high"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", LIMITED)
def test_the_longest_side_is_written_and_one_more_is_refused(name: str, channels: int, turned: bool, header) -> None:
    most = BY_NAME[name].max_side
    assert most is not None

    def strip(length: int) -> np.ndarray:
        return np.zeros((length, 1, channels) if turned else (1, length, channels), np.uint8)

    for output in (ImageOutput(format=name), ImageOutput(format=name, progressive=True)):
        encoded = codec.encode(strip(most), header, output)
        assert codec.decode(encoded.data, codec.probe(encoded.data, LIMITS)).shape[:2] == strip(most).shape[:2]
        with pytest.raises(SampleError, match=f"at most {most:,} pixels; choose another output.image.format") as caught:
            codec.encode(strip(most + 1), header, output)
        assert (caught.value.code, caught.value.stage) == ("encode.too_large", "encode")


@pytest.mark.parametrize("name", [one.name for one in FORMATS if one.is_written])
def test_what_is_too_long_is_never_written_as_nothing(name: str, header) -> None:
    strip = np.zeros((1, LONG, 3), np.uint8)
    source = header._replace(format=name)
    try:
        encoded = codec.encode(strip, source, ImageOutput())
    except SampleError as error:
        assert error.code == "encode.too_large"
    else:
        assert codec.probe(encoded.data, LIMITS).facts[:2] == (LONG, 1)


@pytest.mark.parametrize("name", ["gif", "png", "webp"])
def test_frames_of_an_animation_have_the_same_limits(name: str, saved, image) -> None:
    header = codec.probe(saved(image(8, 8), "PNG"), LIMITS)._replace(format=name, durations_ms=(10.0, 10.0), frames=2)
    strips = [np.full((1, LONG, 3), value, np.uint8) for value in (0, 200)]
    with pytest.raises(SampleError) as caught:
        frames.animate(strips, header, ImageOutput(), BY_NAME[name])
    assert caught.value.code == "encode.too_large"


def test_a_refusal_by_the_encoder_itself_is_looked_at(saved, image) -> None:
    for suffix in (".png", ".jpg"):
        with pytest.raises(SampleError, match="does not take 1100000×1 pixels") as caught:
            encoders.by_opencv(np.zeros((1, LONG, 3), np.uint8), suffix)
        assert caught.value.code == "encode.too_large"


def test_other_errors_of_an_encoder_are_not_blamed_on_the_size() -> None:
    with pytest.raises(ValueError, match="boom"), encoders.refusals(np.zeros((8, 8, 3), np.uint8)):
        raise ValueError("boom")


@pytest.mark.parametrize("told", ["encoding error 1: Out of memory", "tjInitCompress(): Memory allocation failure"])
def test_an_encoder_without_memory_says_nothing_of_the_data(told: str) -> None:
    with pytest.raises(MemoryError), encoders.refusals(np.zeros((8, 8, 3), np.uint8)):
        raise ValueError(told)


# A process that may take up 60 MB more: too little for the pixels, enough for everything else.
WITHOUT_MEMORY = """
import io, resource, sys
import cv2, numpy as np, soundfile
from PIL import Image
from augcli.core.pipeline.settings import ImageOutput, Limits
from augcli.engine.make.crashes import attempt
from augcli.formats.audio import codec as audio
from augcli.formats.image import codec as image

pixels = np.zeros((6000, 7000, 3), np.uint8)

def pillow(form, **more):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, form, **more)
    return file.getvalue()

def cmyk():
    file = io.BytesIO()
    Image.fromarray(pixels).convert("CMYK").save(file, "JPEG")
    return file.getvalue()

def sound():
    file = io.BytesIO()
    soundfile.write(file, np.zeros((20_000_000, 2), np.int16), 48_000, format="FLAC")
    return file.getvalue()

limits = Limits()
make = {
    "jpeg": lambda: pillow("JPEG"),
    "cmyk": cmyk,
    "png": lambda: pillow("PNG", compress_level=1), "webp": lambda: pillow("WEBP", method=0), "gif": lambda: pillow("GIF"),
    "bmp": lambda: pillow("BMP"), "tiff": lambda: pillow("TIFF", compression="tiff_lzw"),
    "png16": lambda: cv2.imencode(".png", pixels.astype(np.uint16))[1].tobytes(),
    "tiff16": lambda: cv2.imencode(".tiff", pixels.astype(np.uint16))[1].tobytes(),
    "flac": sound,
}[sys.argv[1]]
data = make()
codec = audio if sys.argv[1] == "flac" else image
header = codec.probe(data, limits)
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 60_000_000,) * 2)
failure = attempt("decode", lambda: codec.decode(data, header))
print(failure.code, failure.of_place)
"""


@pytest.mark.parametrize("kind", ["jpeg", "cmyk", "png", "webp", "gif", "bmp", "tiff", "png16", "tiff16", "flac"])
def test_a_decoder_without_memory_says_nothing_of_the_data(kind: str) -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_MEMORY, kind], capture_output=True, text=True)
    assert done.stdout == "memory True\n", done.stderr


def test_messages_and_classes_that_mean_memory() -> None:
    assert is_out_of_memory(OSError(12, "Cannot allocate memory"))
    assert is_out_of_memory(RuntimeError("can't start new thread"))
    assert not is_out_of_memory(OSError(5, "Input/output error"))
    assert not is_out_of_memory(ValueError("out of memory"))
