"""Audio files: probe, decode, encode, through libsndfile. All functions may be called by many threads at once.

Samples are rounded to integers here, half to even, with clipping counted: libsndfile's own conversion rounds down.
Same samples, same bytes: the time of writing in float WAVs and the random serial number of Ogg streams are fixed.
"""

from __future__ import annotations

import io
from typing import Any, NamedTuple

import numpy as np
import soundfile
from numpy.typing import NDArray

from augcli.core.pipeline.settings import AudioOutput, Limits
from augcli.core.values.facts import AudioFacts
from augcli.core.values.outcome import SampleError
from augcli.formats.audio.format import AudioFormat
from augcli.formats.audio.header import AudioHeader, check_rate_and_channels, corrupt, truncated
from augcli.formats.audio.table import BY_BYTES, BY_NAME, FORMATS
from augcli.formats.bytes.encoded import Encoded

__all__ = ["AudioHeader", "Encoded", "Samples", "decode", "encode", "output_suffix", "probe"]

Samples = NDArray[np.float32]  # (channels, frames); full scale is -1 to 1, floats may go beyond

_BLOCK = 1 << 16
_OF_32_BITS = frozenset({"WAV", "WAVEX", "AIFF"})  # containers whose sizes are numbers of 32 bits
_MOST_BYTES = (1 << 32) - (1 << 16)  # with room for the header
_BYTES = {"PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4, "DOUBLE": 8}  # of a sample; all other subtypes take one or less
_ENDLESS = 1 << 48  # libsndfile's count of frames when a FLAC header leaves it open is larger still


class _Depth(NamedTuple):
    """How an integer subtype is written: bits kept, the type passed on, and the shift to that type's top bits."""

    bits: int
    dtype: type[np.signedinteger[Any]]
    shift: int = 0


_DEPTHS = {
    "PCM_U8": _Depth(8, np.int16, 8),
    "PCM_S8": _Depth(8, np.int16, 8),
    "PCM_16": _Depth(16, np.int16),
    "PCM_24": _Depth(24, np.int32, 8),
    "PCM_32": _Depth(32, np.int32),
    **dict.fromkeys(("ULAW", "ALAW", "IMA_ADPCM", "MS_ADPCM", "GSM610", "ALAC_16"), _Depth(16, np.int16)),
}


class _Bytes(io.BytesIO):
    """libsndfile seeks before the start of some broken files; an exception in its callback would go to stderr."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return super().seek(max(0, offset) if whence == 0 else offset, whence)


class _Forward(soundfile.SoundFile):  # type: ignore[misc]
    """Never seeks after reading, which is pointless here and fails for a FLAC that does not know its own length."""

    def seekable(self) -> bool:
        return False


def _open(data: bytes) -> soundfile.SoundFile:
    try:
        return _Forward(_Bytes(data))
    except (soundfile.LibsndfileError, TypeError, ValueError) as error:
        raise corrupt(f"libsndfile: {getattr(error, 'error_string', error)}") from None


def probe(data: bytes, limits: Limits) -> AudioHeader:
    """What the header tells. `data` is the whole file.

    Raises SampleError, stage "decode": `file.empty`, `audio.unknown`, `audio.unsupported` (M4A, AAC, WMA ...: libsndfile
    cannot), `audio.corrupt`, `audio.truncated`, `audio.rate`, `audio.channels`, `audio.no_frames`, `audio.too_long`,
    `audio.too_large` (more than `limits.max_samples`, of all channels together).
    """
    if not data:
        raise SampleError("file.empty", "the file is empty")
    own = BY_BYTES.meant(data)
    if own is None:
        titles = ", ".join(one.title for one in FORMATS if one.is_read)
        raise SampleError("audio.unknown", f"not in a known audio format ({titles})")
    if own.check is None:
        raise SampleError("audio.unsupported", f"{own.title} is not supported; convert it first: ffmpeg -i IN OUT.flac")
    with _open(own.check(data)) as file:
        check_rate_and_channels(file.samplerate, file.channels)
        most = int(limits.max_seconds * file.samplerate)
        most_samples = limits.max_samples // file.channels
        frames = _count(file, min(most, most_samples)) if file.frames > _ENDLESS else file.frames
        facts = AudioFacts(frames, file.samplerate, file.channels)
        found = AudioHeader(own.name, file.subtype, facts, file.endian, file.format)
    if frames <= 0:
        raise SampleError("audio.no_frames", "the file contains no audio")
    if frames > most:
        raise SampleError(
            "audio.too_long", f"{frames / facts.rate:,.1f} s of audio; limits.max_seconds is {limits.max_seconds:,.1f}"
        )
    if frames > most_samples:
        raise SampleError(
            "audio.too_large",
            f"{facts.channels} channels of {frames:,} frames are {frames * facts.channels:,} samples; "
            f"limits.max_samples is {limits.max_samples:,}",
        )
    return found


def _count(file: soundfile.SoundFile, most: int) -> int:
    """Count the frames of a stream whose header does not say, by decoding it, up to a little more than `most`."""
    frames = 0
    while frames <= most and (got := len(_read(file, _BLOCK))):
        frames += got
    return frames


def _read(file: soundfile.SoundFile, frames: int) -> Samples:
    try:
        samples: Samples = file.read(frames, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise truncated(f"libsndfile: {error.error_string}") from None
    return samples


def decode(data: bytes, header: AudioHeader) -> Samples:
    """float32 (channels, frames), C-contiguous and writable. Integers of up to 24 bits are exact.

    Raises SampleError, stage "decode": `audio.truncated` when fewer frames decode than the header promises (a damaged
    FLAC or MP3 looks the same), `audio.not_finite` when a float file holds NaN or infinity.
    """
    own = BY_NAME[header.format]
    assert own.check is not None
    with _open(own.check(data)) as file:
        samples = _read(file, header.facts.frames)
    if len(samples) != header.facts.frames:
        raise truncated(f"{len(samples):,} of {header.facts.frames:,} frames can be decoded")
    if header.subtype not in _DEPTHS and not np.isfinite(samples).all():  # integers cannot be NaN
        raise SampleError("audio.not_finite", f"{np.count_nonzero(~np.isfinite(samples)):,} samples are NaN or infinite")
    return np.ascontiguousarray(samples.T)


def output_suffix(kind: str, output: AudioOutput, own: str = "") -> str:
    """The suffix, with its dot, of what becomes of a source of this format (as detected): known before anything is decoded.

    `own` is the source's own suffix: kept when it is one of the usual spellings, and when the format is none of ours.
    """
    target = kind if output.format == "source" else output.format
    spellings = BY_NAME[target].suffixes if target in BY_NAME and BY_NAME[target].is_read else (own,)
    return own if own.lower() in spellings else spellings[0]


def encode(samples: Samples, header: AudioHeader, output: AudioOutput) -> Encoded:
    """Write float32 (channels, frames) in the source's container, subtype, byte order and rate, or in what `output` names.

    Untouched samples of 8, 16 and 24 bits, 32-bit float, µ-law and A-law come out bit for bit as they went in. Notes:
    "converted" (subtype), "clipped_samples" (how many, when any), "precision" (32-bit integers and doubles went through
    float32). Tags and cue points are not carried over.
    Raises SampleError, stage "encode": `encode.not_finite`, `encode.no_frames`, `encode.unsupported`, `encode.too_large`.
    """
    if not samples.size:
        raise SampleError("encode.no_frames", "augmentation left no audio", "encode")
    if not np.isfinite(samples).all():
        raise SampleError("encode.not_finite", "the audio contains NaN or infinity after augmentation", "encode")
    target, container, endian, subtype = _target(header, output)
    check_length(header.facts._replace(frames=samples.shape[1]), header, output)
    if not soundfile.check_format(container, subtype, endian):
        message = f"{container} {subtype} cannot be written; choose output.audio.format"
        raise SampleError("encode.unsupported", message, "encode")
    notes = {"converted": f"{header.subtype} to {subtype}"} if subtype != header.subtype else {}
    if subtype == header.subtype and subtype in ("PCM_32", "DOUBLE"):
        notes["precision"] = f"{subtype} through float32"
    values, clipped = _quantised(samples, subtype)
    if clipped:
        notes["clipped_samples"] = str(clipped)
    data = _written(values, header.facts.rate, container, subtype, endian)
    return Encoded(target.finish(data, subtype) if target.finish is not None else data, target.suffixes[0], notes)


def _target(header: AudioHeader, output: AudioOutput) -> tuple[AudioFormat, str, str, str]:
    """The format to write; libsndfile's container, byte order and subtype."""
    kind = header.format if output.format == "source" else output.format
    target = BY_NAME[kind]
    if kind == header.format:
        return target, header.container or target.container, header.endian, header.subtype
    return target, target.container, "FILE", target.converted.get(header.subtype, "PCM_16")


def check_length(facts: AudioFacts, header: AudioHeader, output: AudioOutput) -> None:
    """Fail with `encode.too_large` where the container cannot hold so many samples."""
    _, container, _, subtype = _target(header, output)
    if container in _OF_32_BITS and (size := facts.frames * facts.channels * _BYTES.get(subtype, 1)) > _MOST_BYTES:
        message = f"{size:,} bytes of audio; a {container} file holds at most 4 GiB; write output.audio.format: flac, or split it"
        raise SampleError("encode.too_large", message, "encode")


def _quantised(samples: Samples, subtype: str) -> tuple[NDArray[Any], int]:
    """(frames, channels) in the type that libsndfile stores without a further change, and how many samples were clipped."""
    depth = _DEPTHS.get(subtype)
    if depth is None:
        return samples.T, 0
    # Scaling by a power of two is exact in float32; only 2^31 - 1 is not a float32.
    scale = 1 << depth.bits - 1
    scaled: NDArray[Any] = np.rint(samples.T * np.float32(scale)).astype(
        np.float64 if depth.bits == 32 else np.float32, copy=False
    )
    clipped = 0
    if np.min(scaled) < -scale or np.max(scaled) > scale - 1:
        clipped = int(np.count_nonzero((scaled < -scale) | (scaled > scale - 1)))
        scaled = np.clip(scaled, -scale, scale - 1)
    return scaled.astype(depth.dtype) << depth.shift, clipped


def _written(values: NDArray[Any], rate: int, container: str, subtype: str, endian: str) -> bytes:
    target = io.BytesIO()
    try:
        with soundfile.SoundFile(
            target, "w", samplerate=rate, channels=values.shape[1], subtype=subtype, endian=endian, format=container
        ) as file:
            file.write(np.ascontiguousarray(values))
    except soundfile.LibsndfileError as error:
        raise SampleError("encode.unsupported", f"{container} {subtype}, {rate:,} Hz: {error.error_string}", "encode") from None
    return target.getvalue()
