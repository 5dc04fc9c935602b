"""Noise: exact ratios, the right colours, pinned values, and the same everywhere."""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from generate_audio import sound

from augcli.core.primitives.audio import Add, Gain
from augcli.kernels.shared import noise
from augcli.kernels.torch.audio.execute import execute

KINDS = ("white", "pink", "brown")
GOLDEN = {"white": "8e9513c55a577476", "pink": "40b6c8f82b2103b9", "brown": "aeca4f02c7f15493"}
SLOPES = {"white": 0.0, "pink": -3.01, "brown": -6.02}


def power(samples: np.ndarray) -> float:
    return float((samples.astype(float) ** 2).mean())


def added(samples: np.ndarray, kind: str, snr_db: float = 0.0, key: int = 77, octaves: int = 9) -> np.ndarray:
    (result,) = execute([(samples, (Add(kind, snr_db, key, octaves),))])
    return result.astype(float) - samples


def pure(kind: str, frames: int, key: int = 77, octaves: int = 9) -> np.ndarray:
    """Noise that all but drowns the sound: float32 keeps it as it is."""
    return added(np.full((1, frames), 1e-6, np.float32), kind, -60, key, octaves)[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frames", [2, 3, 100, 5000, 40_000])
def test_ratios_are_exact(kind: str, frames: int) -> None:
    rng = Random(frames)
    for channels in (1, 2, 5):
        samples = sound(rng, channels, frames) + np.float32(0.01)
        for snr_db in (-20, 0, 10, 37.5):
            found = 10 * np.log10(power(samples) / power(added(samples, kind, snr_db)))
            assert found == pytest.approx(snr_db, abs=0.01)


def test_the_ratio_is_to_what_there_is_at_that_step() -> None:
    samples = sound(Random(1), 1, 9000) + np.float32(0.01)
    (result,) = execute([(samples, (Gain(0.01), Add("white", 10, 1)))])
    assert 10 * np.log10(power(samples * 0.01) / power(result - samples * np.float32(0.01))) == pytest.approx(10, abs=0.01)


@pytest.mark.parametrize("kind", KINDS)
def test_silence_stays_silent(kind: str) -> None:
    (result,) = execute([(np.zeros((2, 3000), np.float32), (Add(kind, 10, 1, 9),))])
    assert not result.any()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("octaves", [8, 9, 10])
def test_colours(kind: str, octaves: int) -> None:
    size = 1 << 15
    spectrum = np.zeros(size // 2 + 1)
    for key in range(10):
        windows = pure(kind, 1 << 17, key, octaves).reshape(-1, size) * np.hanning(size)
        spectrum += (np.abs(np.fft.rfft(windows)) ** 2).mean(0)
    # From where coloured noise begins up to half the sample rate: the mean of each octave falls by the slope.
    edges = [size >> (octaves + 1 - octave) for octave in range(octaves + 1)]
    levels = np.array([10 * np.log10(spectrum[low:high].mean()) for low, high in pairwise(edges)])
    assert np.abs(np.diff(levels) - SLOPES[kind]).max() < 0.6
    assert np.polyfit(np.arange(len(levels)), levels, 1)[0] == pytest.approx(SLOPES[kind], abs=0.08)
    assert 10 * np.log10(spectrum[4:][: edges[0] // 4].mean()) < levels[0] + 10  # and it grows no further below


def test_white_noise_is_that_of_images() -> None:
    """Channel c, frame t has the value of row c, column t: one definition, two readings."""
    found = added(np.full((3, 5000), 1e-6, np.float32), "white", -60, 0xABCDEF)
    expected = noise.gaussian(0xABCDEF, 3, 5000, 1)[:, :, 0]
    ratio = found / expected
    assert np.abs(ratio / np.median(ratio) - 1).max() < 1e-3
    strong = np.abs(expected) > 0.1
    assert np.abs(ratio[strong] / np.median(ratio) - 1).max() < 1e-5


@pytest.mark.parametrize("kind", KINDS)
def test_golden_values(kind: str) -> None:
    """Whoever changes these changes every dataset ever made with this noise."""
    values = pure(kind, 3000).astype("<f4")
    assert sha256(values.tobytes()).hexdigest()[:16] == GOLDEN[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_values_depend_on_their_own_place_alone(kind: str) -> None:
    """A longer sound begins with the same noise, and so do more channels."""
    short, long = pure(kind, 2000), pure(kind, 9000)[:2000]
    scale = np.median(long / short)
    assert np.abs(long - short * scale).max() < 1e-5 * np.abs(long).max()
    one = added(np.full((1, 4000), 1e-6, np.float32), kind, -60)[0]
    many = added(np.full((4, 4000), 1e-6, np.float32), kind, -60)
    assert np.abs(one / np.abs(one).max() - many[0] / np.abs(many[0]).max()).max() < 1e-5


@pytest.mark.parametrize("kind", KINDS)
def test_channels_keys_and_octaves_are_independent(kind: str) -> None:
    channels = added(np.full((4, 60_000), 1e-6, np.float32), kind, -60)
    series = [*channels, pure(kind, 60_000, 78), pure(kind, 60_000, 77 + (1 << 40))]
    # Of coloured noise the changes are compared: the whole has too few independent values.
    found = np.corrcoef([one if kind == "white" else np.diff(one) for one in series])
    assert np.abs(found - np.eye(len(series))).max() < 0.03


def test_keys_make_the_difference() -> None:
    samples = sound(Random(2), 1, 4000) + np.float32(0.01)
    first, second = (added(samples, "white", 10, key) for key in (1, 2))
    assert not np.array_equal(first, second)
    assert np.array_equal(first, added(samples, "white", 10, 1))
