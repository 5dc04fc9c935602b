"""`speed` resamples: torchaudio's resampling at the same ratio gives the same sound."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile
import torch
import torchaudio

from augcli.core.ops.op import State
from augcli.core.values.facts import AudioFacts
from augcli.kernels.torch.audio import execute as torch_audio
from augcli.ops import load


@pytest.mark.parametrize(("rate", "ratio"), [(1.25, (5, 4)), (0.8, (4, 5)), (1.1, (11, 10))])
def test_as_torchaudio_resamples(samples, rate, ratio):
    sound, hertz = soundfile.read(samples / "sounds" / "speech" / "young_man.wav", dtype="float32")
    # Up to 4 kHz: above, where the two low-passes end, they differ by design.
    halved = torchaudio.functional.resample(torch.from_numpy(sound), 2, 1, lowpass_filter_width=64)
    sound = torchaudio.functional.resample(halved, 1, 2, lowpass_filter_width=64).numpy()
    op = load()["audio.speed"](rate=rate)
    program = tuple(op.lower(op.draw_type(rate), State(AudioFacts(len(sound), hertz, 1))))
    ours = torch_audio.execute([(sound[None], program)], "cpu")[0][0]
    theirs = torchaudio.functional.resample(torch.from_numpy(sound), *ratio, lowpass_filter_width=32).numpy()
    assert abs(len(ours) - len(theirs)) <= 1
    inside = slice(200, min(len(ours), len(theirs)) - 200)  # the two pad differently at the ends
    error = np.sqrt(np.mean((ours[inside] - theirs[inside]) ** 2))
    assert error < 0.003 * np.sqrt(np.mean(theirs[inside] ** 2))  # 50 dB below the sound
