"""Whether every format can really be written and read here: a tiny sample through augcli's own encoders and decoders.

Wheels of the libraries behind them are built with different sets of codecs, so a version number says little.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator
from typing import NamedTuple

from augcli.core.pipeline.settings import AudioOutput, ImageOutput, Limits

# One pixel.
_GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
# 16×16 red pixels, in base64.
_HEIC = (
    b"AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAXxtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERAAAEA"
    b"AQAAAAABoAABAAAAAAAAADMAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/GlwcnAAAADcaXBjbwAAAHVodmND"
    b"AQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqrprm4CGgwIAA"
    b"AAyAAAADAIRiAAEABkQBwXPBiQAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFwAAAAEAAAAAEAAAAQAAAAAf///9AAAAAC"
    b"////0AAAAAIAAAAQcGl4aQAAAAADCAgIAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAAO21kYXQAAAAvKAGvEyFkY0D1JyL//2q6n/rQWf9v9lhZ3K6AwVvy"
    b"+sD2ZJvA86qRnoCHaacwFXg="
)
# By how much the mean may be off, in levels.
_DEEP = ("png of 16 bits", "tiff of 16 bits", "tiff of floats")
_IMAGES = {"jpeg": 12.0, "png": 0.0, "webp": 12.0, "bmp": 0.0, "tiff": 0.0, "avif": 12.0}
_SOUNDS = {
    "wav": ("PCM_16", "WAV"), "flac": ("PCM_16", "FLAC"), "ogg": ("VORBIS", "OGG"), "opus": ("OPUS", "OGG"),
    "mp3": ("MPEG_LAYER_III", "MP3"), "aiff": ("PCM_16", "AIFF"),
}  # fmt: skip
_EXACT = frozenset({"wav", "flac", "aiff"})
_TEXT = "Grüße, 안녕하세요 — 日本\n"
_MARKS = {
    "utf-8": ("utf-8", ""),
    "utf-8 with mark": ("utf-8-sig", ""),
    "utf-16": ("utf-16-le", "\ufeff"),
    "utf-32": ("utf-32-be", "\ufeff"),
}


class Codec(NamedTuple):
    """`trouble` says why it does not work; "" when it does. What is `optional` comes with an extra."""

    modality: str
    name: str
    trouble: str
    optional: bool = False


def check_codecs() -> Iterator[Codec]:
    """Every format, one after the other. Never raises."""
    for name in (*_IMAGES, "gif"):
        yield Codec("image", name, _trouble(_image, name))
    for name in _DEEP:
        yield Codec("image", name, _trouble(_deep, name))
    yield Codec("image", "heic", _trouble(_heic, "heic"), optional=True)
    for name in _SOUNDS:
        yield Codec("audio", name, _trouble(_sound, name))
    for name in _MARKS:
        yield Codec("text", name, _trouble(_text, name))


def _trouble(check: Callable[[str], str], name: str) -> str:
    try:
        return check(name)
    except Exception as error:  # a missing library, a codec that was left out: whatever it is, the user should read it
        return f"{type(error).__name__}: {error}"


def _image(name: str) -> str:
    import numpy as np

    from augcli.formats.image import codec as image
    from augcli.formats.image.header import header

    if name == "gif":
        found = image.probe(_GIF, Limits())
        return "" if image.decode(_GIF, found).shape[:2] == (1, 1) else "decodes to another size"
    ramp = np.arange(32, dtype=np.uint8)
    pixels = np.stack([np.tile(ramp * 4, (24, 1)), np.tile(255 - ramp * 4, (24, 1)), np.full((24, 32), 90, np.uint8)], axis=2)
    data = image.encode(pixels, header(name, (32, 24), "RGB"), ImageOutput()).data
    found = image.probe(data, Limits())
    if found.format != name:
        return f"writes {found.format}"
    difference = np.abs(image.decode(data, found).astype(int) - pixels).mean()
    return "" if difference <= _IMAGES[name] else f"comes back wrong, by {difference:.1f} levels"


def _deep(name: str) -> str:
    import numpy as np

    from augcli.formats.image import codec as image
    from augcli.formats.image.header import header

    kind, _, depth = name.partition(" of ")
    pixels = np.arange(24 * 32 * 3, dtype=np.uint16).reshape(24, 32, 3) * np.uint16(28)
    said = header(kind, (32, 24), "RGB;float32" if depth == "floats" else "RGB;16")
    said = said._replace(value_range=(0.0, 1.0) if depth == "floats" else None)
    data = image.encode(pixels, said, ImageOutput()).data
    found = image.probe(data, Limits())
    return "" if np.array_equal(image.decode(data, found), pixels) else "does not come back as it went in"


def _heic(name: str) -> str:
    from augcli.core.values.outcome import SampleError
    from augcli.formats.image import codec as image

    data = b64decode(_HEIC)
    try:
        colour = image.decode(data, image.probe(data, Limits())).mean(axis=(0, 1))
    except SampleError as error:
        return error.message
    return "" if max(abs(colour - (200, 30, 30))) <= _IMAGES["avif"] else f"comes back wrong: {colour.round()}"


def _sound(name: str) -> str:
    import numpy as np

    from augcli.core.values.facts import AudioFacts
    from augcli.formats.audio import codec as audio

    subtype, container = _SOUNDS[name]
    wave = np.sin(np.arange(4800, dtype=np.float32) * np.float32(0.1))[np.newaxis] * np.float32(0.5)
    wave = np.rint(wave * 32768).astype(np.float32) / np.float32(32768)
    header = audio.AudioHeader(name, subtype, AudioFacts(4800, 48_000), "FILE", container)
    data = audio.encode(wave, header, AudioOutput()).data
    found = audio.probe(data, Limits())
    if found.format != name:
        return f"writes {found.format}"
    samples = audio.decode(data, found)
    if name in _EXACT:
        return "" if np.array_equal(samples, wave) else "does not come back as it went in"
    loudness = float(np.sqrt(np.square(samples).mean()))
    return "" if 0.15 < loudness < 0.6 else f"comes back wrong: level {loudness:.2f}"


def _text(name: str) -> str:
    from augcli.formats.text import codec as text

    encoding, mark = _MARKS[name]
    data = (mark + _TEXT).encode(encoding)
    content, header = text.decode(data, Limits())
    return "" if content == _TEXT and text.encode(content, header) == data else "does not come back as it went in"
