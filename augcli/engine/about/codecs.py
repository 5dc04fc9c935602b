"""Whether every format can really be read and written here: a tiny sample through augcli's own encoders and decoders.

Wheels of the libraries behind them are built with different sets of codecs, so a version number says little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from augcli.core.pipeline.settings import AudioOutput, ImageOutput, Limits
from augcli.formats.audio.format import AudioFormat
from augcli.formats.audio.table import FORMATS as AUDIO
from augcli.formats.image.format import ImageFormat
from augcli.formats.image.table import FORMATS as IMAGE

_TEXT = "Grüße, 안녕하세요 — 日本\n"
_MARKS = {
    "utf-8": ("utf-8", ""),
    "utf-8 with mark": ("utf-8-sig", ""),
    "utf-16": ("utf-16-le", "\ufeff"),
    "utf-32": ("utf-32-be", "\ufeff"),
}


class Codec(NamedTuple):
    """`trouble` says why it does not work; "" if it does. An `optional` format comes with an extra."""

    modality: str
    name: str
    trouble: str
    optional: bool = False


def check_codecs() -> Iterator[Codec]:
    """Check every format, one after the other. Never raises."""
    for image in IMAGE:
        if image.is_read:
            check = _round_trip if image.is_written else _sample
            yield Codec("image", image.name, _trouble(partial(check, image)), optional=bool(image.needs))
        if image.holds_16_bits:
            yield Codec("image", f"{image.name} (16 bits)", _trouble(partial(_deep_round_trip, image, "16")))
        if image.holds_floats:
            yield Codec("image", f"{image.name} (floats)", _trouble(partial(_deep_round_trip, image, "float32")))
    for audio in AUDIO:
        if audio.is_read:
            yield Codec("audio", audio.name, _trouble(partial(_audio, audio)))
    for name in _MARKS:
        yield Codec("text", name, _trouble(partial(_text, name)))


def _trouble(check: Callable[[], str]) -> str:
    from augcli.core.values.outcome import SampleError

    try:
        return check()
    except SampleError as error:
        return error.message
    except Exception as error:  # a missing library, a codec left out of the build: whatever it is, the user should see it
        return f"{type(error).__name__}: {error}"


def _round_trip(own: ImageFormat) -> str:
    import numpy as np

    from augcli.formats.image import codec
    from augcli.formats.image.header import header

    ramp = np.arange(32, dtype=np.uint8)
    pixels = np.stack([np.tile(ramp * 4, (24, 1)), np.tile(255 - ramp * 4, (24, 1)), np.full((24, 32), 90, np.uint8)], axis=2)
    data = codec.encode(pixels, header(own.name, (32, 24), "RGB"), ImageOutput()).data
    found = codec.probe(data, Limits())
    if found.format != own.name:
        return f"writes {found.format}"
    difference = np.abs(codec.decode(data, found).astype(int) - pixels).mean()
    return "" if difference <= own.tolerance_levels else f"differs after a round trip, by {difference:.1f} levels"


def _deep_round_trip(own: ImageFormat, depth: str) -> str:
    import numpy as np

    from augcli.formats.image import codec
    from augcli.formats.image.header import header

    pixels = np.arange(24 * 32 * 3, dtype=np.uint16).reshape(24, 32, 3) * np.uint16(28)
    said = header(own.name, (32, 24), f"RGB;{depth}")
    said = said._replace(value_range=None if depth == "16" else (0.0, 1.0))
    data = codec.encode(pixels, said, ImageOutput()).data
    found = codec.probe(data, Limits())
    return "" if np.array_equal(codec.decode(data, found), pixels) else "does not come back as it went in"


def _sample(own: ImageFormat) -> str:
    """A format that is not written, by a file of one colour."""
    from augcli.formats.image import codec

    found = codec.probe(own.sample, Limits())
    if found.format != own.name:
        return f"reads {found.format}"
    colour = codec.decode(own.sample, found).mean(axis=(0, 1))
    good = max(abs(colour - own.sample_colour)) <= own.tolerance_levels
    return "" if good else f"comes back wrong: {colour.round()}"


def _audio(own: AudioFormat) -> str:
    import numpy as np

    from augcli.core.values.facts import AudioFacts
    from augcli.formats.audio import codec

    wave = np.sin(np.arange(4800, dtype=np.float32) * np.float32(0.1))[np.newaxis] * np.float32(0.5)
    wave = np.rint(wave * 32768).astype(np.float32) / np.float32(32768)
    header = codec.AudioHeader(own.name, own.usual_subtype, AudioFacts(4800, 48_000), "FILE", own.container)
    data = codec.encode(wave, header, AudioOutput()).data
    found = codec.probe(data, Limits())
    if found.format != own.name:
        return f"writes {found.format}"
    samples = codec.decode(data, found)
    if own.is_lossless:
        return "" if np.array_equal(samples, wave) else "does not come back as it went in"
    loudness = float(np.sqrt(np.square(samples).mean()))
    return "" if 0.15 < loudness < 0.6 else f"comes back wrong: level {loudness:.2f}"


def _text(name: str) -> str:
    from augcli.formats.text import codec as text

    encoding, mark = _MARKS[name]
    data = (mark + _TEXT).encode(encoding)
    content, header = text.decode(data, Limits())
    return "" if content == _TEXT and text.encode(content, header) == data else "does not come back as it went in"
