"""Audio files: facts, exact round trips, conversions."""

from __future__ import annotations

import io
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import soundfile

from augcli.core.pipeline.settings import AudioOutput, Limits
from augcli.core.values.facts import AudioFacts
from augcli.formats.audio import codec as audio
from augcli.formats.audio import mpeg

LIMITS, SOURCE = Limits(), AudioOutput()
RNG = np.random.default_rng(11)


def written(samples: np.ndarray, container: str, subtype: str, rate: int = 16_000, endian: str = "FILE", **options: Any) -> bytes:
    file = io.BytesIO()
    channels = samples.shape[1] if samples.ndim == 2 else 1
    with soundfile.SoundFile(file, "w", rate, channels, subtype, endian, container, **options) as target:
        target.write(samples)
    return file.getvalue()


def read(data: bytes, limits: Limits = LIMITS) -> tuple[np.ndarray, audio.AudioHeader]:
    header = audio.probe(data, limits)
    return audio.decode(data, header), header


def noise(bits: int, frames: int = 3000, channels: int = 2) -> np.ndarray:
    """Integers of so many bits, at the top of int32, with both extremes."""
    values = RNG.integers(-(1 << bits - 1), 1 << bits - 1, (frames, channels))
    values[0], values[1] = -(1 << bits - 1), (1 << bits - 1) - 1
    return (values << 32 - bits).astype(np.int32)


def tone(frames: int = 16_000, channels: int = 2) -> np.ndarray:
    times = np.arange(frames)[:, None] / 16_000
    return (0.3 * np.sin(2 * np.pi * times * np.linspace(300, 500, channels))).astype(np.float32)


EXACT = [
    (container, subtype, endian, bits)
    for container in ("WAV", "WAVEX", "RF64", "AIFF", "FLAC")
    for endian in ("FILE", "BIG" if container == "WAV" else "LITTLE")
    for subtype, bits in (("PCM_U8", 8), ("PCM_S8", 8), ("PCM_16", 16), ("PCM_24", 24), ("ULAW", 16), ("ALAW", 16))
    if soundfile.check_format(container, subtype, endian) and (endian == "FILE" or container in ("WAV", "AIFF"))
]  # fmt: skip


@pytest.mark.parametrize(("container", "subtype", "endian", "bits"), EXACT)
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_integers_come_out_as_they_went_in(container: str, subtype: str, endian: str, bits: int, channels: int) -> None:
    data = written(noise(bits, channels=channels), container, subtype, endian=endian)
    samples, header = read(data)
    assert header.facts == AudioFacts(3000, 16_000, channels)
    assert (header.subtype, header.container, header.endian) == (subtype, container, endian)
    assert (samples.dtype, samples.shape, samples.flags.c_contiguous, samples.flags.writeable) == (
        np.float32,
        (channels, 3000),
        True,
        True,
    )
    encoded = audio.encode(samples, header, SOURCE)
    assert encoded.notes == {}
    if subtype == "ULAW":  # has two codes for zero
        assert np.array_equal(read(encoded.data)[0], samples)
        assert read(encoded.data)[1] == header
    else:
        assert encoded.data == data


@pytest.mark.parametrize("container", ["WAV", "WAVEX", "AIFF", "RF64"])
def test_floats_come_out_as_they_went_in(container: str) -> None:
    values = RNG.normal(0, 1.5, (3000, 2)).astype(np.float32)  # beyond full scale, as floats may be
    samples, header = read(written(values, container, "FLOAT"))
    encoded = audio.encode(samples, header, SOURCE)
    assert encoded.notes == {}
    assert np.array_equal(soundfile.read(io.BytesIO(encoded.data), dtype="float32")[0], values)


@pytest.mark.parametrize("subtype", ["PCM_32", "DOUBLE"])
def test_what_is_deeper_than_float32_is_noted(subtype: str) -> None:
    values = noise(32) if subtype == "PCM_32" else RNG.uniform(-1, 1, (3000, 2))
    samples, header = read(written(values, "WAV", subtype))
    encoded = audio.encode(samples, header, SOURCE)
    assert encoded.notes.pop("precision") == f"{subtype} through float32"
    assert "clipped_samples" not in encoded.notes or subtype == "PCM_32"  # 2^31 - 1 becomes 2^31, and is clipped back
    before, after = (soundfile.read(io.BytesIO(data))[0] for data in (written(values, "WAV", subtype), encoded.data))
    assert abs(before - after).max() <= 2**-24
    exact = noise(24) if subtype == "PCM_32" else values.astype(np.float32)
    data = written(exact, "WAV", subtype)
    samples, header = read(data)
    encoded = audio.encode(samples, header, SOURCE)
    assert np.array_equal(soundfile.read(io.BytesIO(encoded.data))[0], soundfile.read(io.BytesIO(data))[0])


LOSSY = [("ogg", "OGG", "VORBIS"), ("opus", "OGG", "OPUS"), ("mp3", "MP3", "MPEG_LAYER_III")]


@pytest.mark.parametrize(("kind", "container", "subtype"), LOSSY)
def test_lossy_formats(kind: str, container: str, subtype: str) -> None:
    samples, header = read(written(tone(), container, subtype))
    assert (header.format, header.subtype, header.facts) == (kind, subtype, AudioFacts(16_000, 16_000, 2))
    assert abs(samples.T - tone())[2000:-2000].mean() < 0.02
    encoded = audio.encode(samples, header, SOURCE)
    again, header_again = read(encoded.data)
    assert header_again == header
    assert abs(again - samples)[:, 2000:-2000].mean() < 0.02
    assert encoded.suffix == f".{kind}"


SOME = [
    ("WAV", "FLOAT"), ("AIFF", "FLOAT"), ("WAV", "PCM_16"), ("FLAC", "PCM_24"),
    ("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", "MPEG_LAYER_III"),
]  # fmt: skip


@pytest.mark.parametrize(("container", "subtype"), SOME)
def test_same_samples_same_bytes(container: str, subtype: str) -> None:
    samples, header = read(written(tone(40_000), container, subtype))
    first = audio.encode(samples, header, SOURCE).data
    started = int(time.time())
    while int(time.time()) == started:  # the time that libsndfile writes has whole seconds
        time.sleep(0.05)
    assert audio.encode(samples, header, SOURCE).data == first
    changed = samples.copy()
    changed[:, 500] = 0.9
    assert audio.encode(changed, header, SOURCE).data != first


def test_ogg_checksums_hold() -> None:
    """The CRC of Ogg by its definition, bit by bit, against the pages that encode() has renumbered."""
    samples, header = read(written(tone(4000, 1), "OGG", "VORBIS"))
    data = audio.encode(samples, header, SOURCE).data
    at, serials = 0, set()
    while at < len(data):
        stop = at + 27 + data[at + 26] + sum(data[at + 27 : at + 27 + data[at + 26]])
        page = bytearray(data[at:stop])
        serials.add(bytes(page[14:18]))
        stored = int.from_bytes(page[22:26], "little")
        page[22:26] = bytes(4)
        register = 0
        for byte in page:
            register ^= byte << 24
            for _ in range(8):
                register = (register << 1) ^ (0x104C11DB7 if register & 0x80000000 else 0)
        assert register == stored
        at = stop
    assert len(serials) == 1


def test_rounding_is_to_the_nearest_and_clipping_is_counted() -> None:
    _, header = read(written(noise(16, channels=1), "WAV", "PCM_16"))
    steps = np.array([[0.4, 0.5, 0.6, 1.5, -0.4, -0.5, -0.6, 2.5, 32_767, 32_767.4]], np.float32) / 32_768
    encoded = audio.encode(steps, header, SOURCE)
    assert soundfile.read(io.BytesIO(encoded.data), dtype="int16")[0].tolist() == [0, 0, 1, 2, 0, 0, -1, 2, 32_767, 32_767]
    assert encoded.notes == {}
    loud = audio.encode(np.array([[1.5, -1.5, 1.0, -1.0, 0.5]], np.float32), header, SOURCE)
    assert soundfile.read(io.BytesIO(loud.data), dtype="int16")[0].tolist() == [32_767, -32_768, 32_767, -32_768, 16_384]
    assert loud.notes == {"clipped_samples": "3"}


CONVERSIONS = [
    ("FLAC", "PCM_S8", "wav", "PCM_U8"), ("FLAC", "PCM_24", "wav", "PCM_24"), ("AIFF", "FLOAT", "wav", "FLOAT"),
    ("MP3", "MPEG_LAYER_III", "wav", "PCM_16"), ("OGG", "VORBIS", "flac", "PCM_16"), ("OGG", "OPUS", "wav", "PCM_16"),
    ("WAV", "PCM_U8", "flac", "PCM_S8"), ("WAV", "PCM_32", "flac", "PCM_24"), ("WAV", "FLOAT", "flac", "PCM_24"),
    ("WAV", "PCM_16", "flac", "PCM_16"), ("WAV", "ULAW", "flac", "PCM_16"), ("AIFF", "PCM_16", "wav", "PCM_16"),
    ("WAV", "PCM_24", "wav", "PCM_24"),
]  # fmt: skip


@pytest.mark.parametrize(("container", "subtype", "wanted", "expected"), CONVERSIONS)
def test_conversions(container: str, subtype: str, wanted: str, expected: str) -> None:
    samples, header = read(written(tone(), container, subtype))
    encoded = audio.encode(samples, header, AudioOutput(format=wanted))
    again, found = read(encoded.data)
    assert (found.format, found.subtype, encoded.suffix) == (wanted, expected, f".{wanted}")
    assert encoded.notes == ({} if subtype == expected else {"converted": f"{subtype} to {expected}"})
    assert abs(again - samples).max() <= (2**-7 if "8" in expected else 2**-15)


def test_what_cannot_be_written_says_so(code_of) -> None:
    samples, header = read(written(noise(16, channels=1), "WAV", "PCM_16"))
    assert code_of(lambda: audio.encode(samples * np.float32(np.nan), header, SOURCE)) == "encode.not_finite"
    assert code_of(lambda: audio.encode(samples[:, :0], header, SOURCE)) == "encode.no_frames"
    many = np.zeros((9, 100), np.float32)
    assert code_of(lambda: audio.encode(many, header, AudioOutput(format="flac"))) == "encode.unsupported"  # at most 8
    odd = header._replace(format="mp3", container="MP3", subtype="MPEG_LAYER_III", facts=AudioFacts(100, 12_345, 1))
    assert code_of(lambda: audio.encode(samples, odd, SOURCE)) == "encode.unsupported"


@pytest.mark.parametrize(
    ("kind", "own", "wanted", "expected"),
    [
        ("wav", ".WAV", "source", ".WAV"), ("wav", ".mp3", "source", ".wav"), ("opus", ".ogg", "source", ".ogg"),
        ("mp3", "", "source", ".mp3"), ("aiff", ".aif", "wav", ".wav"), ("m4a", ".m4a", "source", ".m4a"),
        ("m4a", ".m4a", "flac", ".flac"),
    ],
)  # fmt: skip
def test_output_suffix(kind: str, own: str, wanted: str, expected: str) -> None:
    assert audio.output_suffix(kind, AudioOutput(format=wanted), own) == expected


def test_many_threads_read_and_write_the_same() -> None:
    files = [written(tone(3000), container, subtype) for container, subtype in SOME] * 15

    def through(data: bytes) -> bytes:
        samples, header = read(data)
        return audio.encode(samples, header, SOURCE).data

    alone = [through(data) for data in files[: len(SOME)]] * 15
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(through, files)) == alone


@pytest.mark.parametrize("mode", ["CONSTANT", "VARIABLE"])
def test_mp3_without_a_length_is_read_whole(mode: str) -> None:
    """libsndfile alone estimates the length by the first frame's bit rate, and stops there."""
    quiet_then_loud = tone(80_000, 1) * (np.arange(80_000)[:, None] > 30_000)
    quiet_then_loud += (RNG.normal(0, 0.05, (80_000, 1)) * (np.arange(80_000)[:, None] > 50_000)).astype(np.float32)
    whole = written(quiet_then_loud, "MP3", "MPEG_LAYER_III", bitrate_mode=mode, compression_level=0.5)
    start = mpeg.frame(whole, 0).size
    bare = whole[start:]
    assert b"Xing" not in bare
    assert b"Info" not in bare
    samples, header = read(bare)
    assert 80_000 <= header.facts.frames == samples.shape[1] <= 80_000 + 3 * 576
    reference = read(whole)[0]
    assert reference.shape == (1, 80_000)
    shift = int(np.argmax(np.correlate(samples[0, 50_000:60_000], reference[0, 52_000:58_000], "valid")))
    aligned = samples[0, 50_000 + shift : 56_000 + shift]
    assert abs(aligned - reference[0, 52_000:58_000]).max() < 1e-3
    if mode == "VARIABLE":
        assert abs(soundfile.info(io.BytesIO(bare)).frames - 80_000) > 10_000  # or this test tests nothing


def test_mp3_with_tags_around_it() -> None:
    data = written(tone(), "MP3", "MPEG_LAYER_III")
    tag = b"ID3\4\0\0" + bytes([0, 0, 40, 0]) + bytes(40 << 7)
    samples, header = read(tag + data + b"TAG" + bytes(125))
    assert header == read(data)[1]
    assert np.array_equal(samples, read(data)[0])


def streaming(data: bytes, riff: int, size: int) -> bytes:
    at = data.index(b"data")
    return data[:4] + struct.pack("<I", riff) + data[8 : at + 4] + struct.pack("<I", size) + data[at + 8 :]


@pytest.mark.parametrize(("riff", "size"), [(0xFFFFFFFF, 0xFFFFFFFF), (0x7FFFF024, 0x7FFFF000), (0, 0), (36, 0), (0xFFFFFFFF, 0)])
def test_wav_from_a_pipe_is_whole(riff: int, size: int) -> None:
    data = written(noise(16, channels=1), "WAV", "PCM_16")
    samples, header = read(streaming(data, riff, size))
    assert header.facts.frames == 3000
    assert np.array_equal(samples, read(data)[0])


def test_flac_that_does_not_know_its_length(code_of) -> None:
    data = bytearray(written(noise(16, channels=1), "FLAC", "PCM_16"))
    data[21] &= 0xF0
    data[22:26] = bytes(4)
    samples, header = read(bytes(data))
    assert header.facts.frames == 3000
    assert samples.shape == (1, 3000)
    assert code_of(lambda: audio.probe(bytes(data), Limits(max_seconds=0.1))) == "audio.too_long"


def test_odd_sizes_and_chunks_behind_the_sound() -> None:
    data = written(noise(8, frames=301, channels=1), "WAV", "PCM_U8")
    for whole in (data, data.rstrip(b"\0") if data.endswith(b"\0") else data, data + b"LIST\4\0\0\0INFO"):
        samples, header = read(whole)
        assert header.facts.frames == 301 == samples.shape[1]
