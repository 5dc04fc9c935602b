"""Audio files that are broken, truncated, hostile or empty: one SampleError, always the same."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
import soundfile

from augcli.core.pipeline.settings import Limits
from augcli.formats.audio import codec as audio

LIMITS = Limits()
KINDS = [
    ("WAV", "PCM_16"), ("WAV", "FLOAT"), ("WAV", "IMA_ADPCM"), ("RF64", "PCM_16"), ("AIFF", "PCM_24"), ("FLAC", "PCM_16"),
    ("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", "MPEG_LAYER_III"),
]  # fmt: skip
_CODES = "truncated corrupt rate channels no_frames too_long not_finite unknown unsupported"
KNOWN = {f"audio.{code}" for code in _CODES.split()}


def written(container: str, subtype: str, frames: int = 9000, rate: int = 16_000, channels: int = 1) -> bytes:
    file = io.BytesIO()
    values = np.random.default_rng(5).uniform(-0.5, 0.5, (frames, channels))
    soundfile.write(file, values, rate, format=container, subtype=subtype)
    return file.getvalue()


def read(data: bytes, limits: Limits = LIMITS) -> np.ndarray:
    return audio.decode(data, audio.probe(data, limits))


@pytest.mark.parametrize(("container", "subtype"), KINDS)
def test_whatever_is_cut_off_fails(code_of, container: str, subtype: str) -> None:
    data = written(container, subtype)
    assert code_of(lambda: read(data)) == ""
    cuts = {*range(48, len(data), max(1, len(data) // 80)), len(data) - 1, len(data) - 2}
    codes = {cut: code_of(lambda cut=cut: read(data[:cut])) for cut in cuts}
    assert set(codes.values()) == {"audio.truncated"}, {cut: code for cut, code in codes.items() if code != "audio.truncated"}


@pytest.mark.parametrize(("container", "subtype"), KINDS)
def test_damage_gives_a_record_or_a_sound_and_always_the_same(capfd, code_of, container: str, subtype: str) -> None:
    data = written(container, subtype, 3000)
    rng = np.random.default_rng(len(data))
    seen = set()
    for _ in range(300):
        broken = bytearray(data)
        for at in rng.integers(0, min(len(data), int(rng.choice([60, 200, len(data)]))), rng.integers(1, 5)):
            broken[at] = rng.integers(0, 256)
        code = code_of(lambda broken=broken: read(bytes(broken)))
        assert code == code_of(lambda broken=broken: read(bytes(broken)))
        seen.add(code)
    assert seen - {""}
    assert seen - {""} <= KNOWN
    if container != "MP3":  # mpg123, within libsndfile, writes to file descriptor 2
        assert capfd.readouterr().err == ""


def wav(channels: int = 1, rate: int = 16_000, bits: int = 16, body: bytes = bytes(64), form: int = 1) -> bytes:
    block = channels * bits // 8
    fmt = struct.pack("<HHIIHH", form, channels & 0xFFFF, rate, rate * block & 0xFFFFFFFF, block & 0xFFFF, bits)
    content = b"WAVEfmt " + struct.pack("<I", 16) + fmt + b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(content)) + content


def floats(*values: float) -> bytes:
    return wav(bits=32, form=3, body=np.array(values, "<f4").tobytes())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"hello", "audio.unknown"),
        (b"\x89PNG\r\n\x1a\n", "audio.unknown"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0", "audio.unsupported"),
        (b"\xff\xf1\x50\x80\x10\x1f\xfc", "audio.unsupported"),
        (b"\x1a\x45\xdf\xa3", "audio.unsupported"),
        (wav(), ""),
        (wav(body=b""), "audio.no_frames"),
        (wav(rate=99), "audio.rate"),
        (wav(rate=0), "audio.rate"),
        (wav(rate=768_001), "audio.rate"),
        (wav(rate=768_000), ""),
        (wav(rate=100), ""),
        (wav(channels=33, body=bytes(660)), "audio.channels"),
        (wav(channels=32, body=bytes(640)), ""),
        (wav(channels=0), "audio.channels"),
        (wav(channels=5000), "audio.channels"),
        (floats(0.1, 5.0, -7.0), ""),
        (floats(0.1, float("nan")), "audio.not_finite"),
        (floats(0.1, float("-inf")), "audio.not_finite"),
        (wav()[:36], "audio.truncated"),
        (b"RIFF\x04\0\0\0WAVE", "audio.corrupt"),
        (b"fLaC", "audio.truncated"),
        (b"OggS", "audio.truncated"),
        (b"ID3\4\0\0\0\0\0\x05hello, no frames at all", "audio.corrupt"),
    ],
)
def test_codes(code_of, data: bytes, code: str) -> None:
    assert code_of(lambda: read(data)) == code


def test_too_long(code_of) -> None:
    data = written("WAV", "PCM_16", 16_001)
    assert code_of(lambda: audio.probe(data, Limits(max_seconds=1))) == "audio.too_long"
    assert code_of(lambda: audio.probe(written("WAV", "PCM_16", 16_000), Limits(max_seconds=1))) == ""


def test_a_length_that_is_a_lie_is_refused_before_memory_is_taken(code_of) -> None:
    data = bytearray(written("FLAC", "PCM_16"))
    data[21] |= 0x0F  # 2^36 samples
    assert code_of(lambda: audio.probe(bytes(data), LIMITS)) == "audio.too_long"


@pytest.mark.parametrize("rate", [44_100, 8_000])
def test_ogg_without_its_last_page(code_of, rate: int) -> None:
    data = written("OGG", "VORBIS", rate * 3, rate)
    assert code_of(lambda: read(data[: data.rindex(b"OggS")])) == "audio.truncated"
