"""A small file may hold a huge sound: the header tells, and nothing is decoded."""

from __future__ import annotations

import io
import tracemalloc

import numpy as np
import pytest
import soundfile

from augcli.core.pipeline.settings import Limits
from augcli.core.values.outcome import SampleError
from augcli.formats.audio import codec


def silence(frames: int, channels: int, form: str) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.zeros((frames, channels), np.int16), 8000, format=form)
    return file.getvalue()


@pytest.mark.parametrize("form", ["FLAC", "WAV", "OGG", "AIFF"])
def test_samples_of_all_channels_count(form: str) -> None:
    data = silence(10_000, 8, form)
    with pytest.raises(
        SampleError, match=r"8 channels of 10,\d{3} frames are 8\d,\d{3} samples; limits.max_samples is 70,000"
    ) as caught:
        codec.probe(data, Limits(max_samples=70_000))
    assert caught.value.code == "audio.too_large"
    assert codec.probe(data, Limits(max_samples=90_000)).facts.channels == 8


def test_a_flac_of_unknown_length_is_counted_no_further_than_the_limit() -> None:
    data = bytearray(silence(2_000_000, 8, "FLAC"))
    start = data.index(b"fLaC") + 8
    data[start + 13] &= 0xF0
    data[start + 14 : start + 18] = bytes(4)  # STREAMINFO: how many samples there are is not known
    with pytest.raises(SampleError) as caught:
        codec.probe(bytes(data), Limits(max_samples=1_000_000))
    assert caught.value.code == "audio.too_large"
    frames = int(caught.value.message.partition(" channels of ")[2].partition(" ")[0].replace(",", ""))
    assert frames < 1_000_000 // 8 + (1 << 17)


def test_nothing_is_decoded_to_find_out() -> None:
    data = silence(4_000_000, 8, "FLAC")
    tracemalloc.start()
    with pytest.raises(SampleError):
        codec.probe(data, Limits(max_samples=30_000_000))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 4_000_000
