"""What is known about an audio file before it is decoded, and the checks that all containers share."""

from __future__ import annotations

from typing import NamedTuple

from augcli.core.values.facts import AudioFacts
from augcli.core.values.memory import told_out_of_memory
from augcli.core.values.outcome import SampleError

RATES = (100, 768_000)  # Hz: outside, a header is broken rather than unusual
MAX_CHANNELS = 32


class AudioHeader(NamedTuple):
    """An audio file, from its header alone. The names of subtype, endian and container are libsndfile's."""

    format: str  # "wav" "flac" "ogg" "opus" "mp3" "aiff"
    subtype: str  # "PCM_16" "FLOAT" "VORBIS" ...
    facts: AudioFacts
    endian: str  # "FILE" (the container's own) "LITTLE" "BIG"
    container: str = ""  # "WAV" "WAVEX" "RF64" "FLAC" "OGG" "MP3" "AIFF"


def check_rate_and_channels(rate: int, channels: int) -> None:
    if not RATES[0] <= rate <= RATES[1]:
        raise SampleError("audio.rate", f"the header says {rate:,} Hz; plausible rates are {RATES[0]:,} to {RATES[1]:,} Hz")
    if not 1 <= channels <= MAX_CHANNELS:
        raise SampleError("audio.channels", f"the header says {channels} channels; 1 to {MAX_CHANNELS} are supported")


def truncated(what: str) -> SampleError:
    return SampleError("memory" if told_out_of_memory(what) else "audio.truncated", f"the file is cut off or damaged: {what}")


def corrupt(what: str) -> SampleError:
    return SampleError("memory" if told_out_of_memory(what) else "audio.corrupt", what)
