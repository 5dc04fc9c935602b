"""HEIC: read through the extra, written as JPEG; told apart from a broken file when the extra is not there.

The files here were made from one photograph of 64×48 pixels, plain, in grey, with alpha, with 10 bits, and as a phone does
it: lying on its side, with a box and an EXIF entry that both say so, and with a profile.
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from augcli.core.pipeline.settings import ImageOutput, Limits
from augcli.core.values.facts import ImageFacts
from augcli.formats.image import codec as image

pytest.importorskip("pi_heif")

FOLDER = Path(__file__).parents[1] / "heic"
LIMITS = Limits()


def read(name: str) -> tuple[image.ImageHeader, np.ndarray]:
    data = (FOLDER / f"{name}.heic").read_bytes()
    header = image.probe(data, LIMITS)
    return header, image.decode(data, header)


@pytest.mark.parametrize(("name", "mode", "channels"), [("plain", "RGB", 3), ("grey", "L", 1), ("alpha", "RGBA", 4)])
def test_modes(name: str, mode: str, channels: int) -> None:
    header, pixels = read(name)
    assert (header.format, header.mode, header.facts) == ("heic", mode, ImageFacts(64, 48, channels))
    assert pixels.shape == (48, 64, channels)
    assert pixels.dtype == np.uint8 and pixels.flags.c_contiguous and pixels.flags.writeable
    assert pixels[:, :, :3].std() > 30
    if name == "alpha":
        assert (pixels[0, :, 3].max(), pixels[-1, :, 3].min()) < (20, 256) and pixels[-1, :, 3].min() > 235


def test_a_turned_image_is_turned_once() -> None:
    header, pixels = read("turned")
    assert (header.facts, header.orientation) == (ImageFacts(48, 64, 3), 1)
    assert np.abs(np.rot90(pixels).astype(int) - read("plain")[1]).mean() < 1
    encoded = image.encode(pixels, header, ImageOutput())
    assert (encoded.suffix, encoded.notes) == (".jpg", {"format": "heic to jpeg"})
    again = image.probe(encoded.data, LIMITS)
    assert (again.format, again.orientation, again.facts, again.subsampling) == ("jpeg", 1, header.facts, "420")
    assert np.abs(image.decode(encoded.data, again).astype(int) - pixels).mean() < 4
    with Image.open(io.BytesIO(encoded.data)) as found:
        assert found.getexif()[0x010F] == "Maker"
        assert found.info["icc_profile"] == header.metadata.icc and len(header.metadata.icc) > 400


def test_alpha_needs_a_format_that_has_it(code_of) -> None:
    header, pixels = read("alpha")
    assert code_of(lambda: image.encode(pixels, header, ImageOutput())) == "encode.alpha"
    encoded = image.encode(pixels, header, ImageOutput(format="png"))
    assert np.array_equal(image.decode(encoded.data, image.probe(encoded.data, LIMITS)), pixels)


def test_ten_bits_are_refused(code_of) -> None:
    assert code_of(lambda: read("deep")) == "image.unsupported_mode"


def test_limits_and_damage(code_of) -> None:
    data = (FOLDER / "plain.heic").read_bytes()
    assert code_of(lambda: image.probe(data, Limits(max_pixels=3071))) == "image.too_large"

    def whole(data: bytes) -> None:
        image.decode(data, image.probe(data, Limits(max_pixels=100_000)))

    assert {code_of(lambda cut=cut: whole(data[:cut])) for cut in range(12, len(data), 9)} == {"image.truncated"}
    rng, codes = np.random.default_rng(4), set()
    for _ in range(200):
        broken = bytearray(data)
        for at in rng.integers(0, len(data), rng.integers(1, 4)):
            broken[at] = rng.integers(0, 256)
        code = code_of(lambda broken=broken: whole(bytes(broken)))
        assert code == code_of(lambda broken=broken: whole(bytes(broken)))
        codes.add(code)
    known = {
        "image.corrupt",
        "image.truncated",
        "image.too_large",
        "image.unknown",
        "image.unsupported_mode",
        "image.unsupported",
    }
    assert codes - {""} and codes <= known | {""}


def test_items_of_no_readable_kind_do_not_crash(code_of) -> None:
    """pi-heif 1.4 ends the process on these, so this must be seen before it does."""
    data = (FOLDER / "turned.heic").read_bytes()
    for kind in (b"hvc1", b"Exif"):
        broken = data.replace(kind, b"\xffvc1")
        assert broken != data
        assert code_of(lambda broken=broken: image.probe(broken, LIMITS)) == "image.corrupt"


def test_without_the_extra_the_remedy_is_told() -> None:
    script = """
import sys
sys.modules["pi_heif"] = None
from augcli.core.values.outcome import SampleError
from augcli.core.pipeline.settings import Limits
from augcli.engine.about.codecs import check_codecs
from augcli.formats.image import codec as image
try:
    image.probe(open(sys.argv[1], "rb").read(), Limits())
except SampleError as error:
    print(error.code, error.message)
print([codec.trouble for codec in check_codecs() if codec.name == "heic"])
"""
    done = subprocess.run([sys.executable, "-c", script, str(FOLDER / "plain.heic")], capture_output=True, text=True, check=True)
    remedy = "reading HEIC needs an extra; pip install 'augcli[heif]'"
    assert done.stdout.splitlines() == [f"image.unsupported {remedy}", repr([remedy])]
