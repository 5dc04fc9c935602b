"""Stretching: exact length, pitch and level kept, attacks kept in place, no clicks; also on real recordings."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest
import soundfile
from generate_audio import sound

from augcli.core.primitives.audio import Stretch, carry_time
from augcli.core.values.facts import AudioFacts
from augcli.kernels.torch.audio.execute import execute
from augcli.kernels.torch.audio.stretch_grid import grid, passes

RATE = 16_000
USUAL = (0.8, 0.87, 0.95, 1.05, 1.1, 1.25)
WIDE = (0.25, 0.5, 0.6, *USUAL, 1.42, 2.0, 3.0, 4.0)
SOUNDS = sorted((Path(__file__).parents[3] / "sample_data" / "data" / "sounds").glob("*/*"))


def stretched(samples: np.ndarray, rate: float, sample_rate: int = RATE) -> np.ndarray:
    samples = np.atleast_2d(samples).astype(np.float32)
    frames = max(1, round(samples.shape[1] / rate))
    (result,) = execute([(samples, (Stretch(frames, sample_rate),))])
    assert result.shape == (len(samples), frames)
    return result


def tone(hertz: float, sample_rate: int = RATE, seconds: float = 3.0) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * sample_rate)) / sample_rate)


def inner(samples: np.ndarray) -> np.ndarray:
    return samples[len(samples) // 10 : -len(samples) // 10].astype(float)


def level_db(samples: np.ndarray, other: np.ndarray) -> float:
    return float(10 * np.log10((inner(samples) ** 2).mean() / (inner(other) ** 2).mean()))


def cents(samples: np.ndarray, hertz: float, sample_rate: int) -> float:
    """How far the highest peak of the spectrum is from a pitch."""
    size = 8 * len(samples)
    spectrum = np.log(np.abs(np.fft.rfft(samples * np.hanning(len(samples)), size)) + 1e-12)
    peak = int(spectrum.argmax())
    low, middle, high = spectrum[peak - 1 : peak + 2]
    found = (peak + 0.5 * (low - high) / (low - 2 * middle + high)) * sample_rate / size
    return float(1200 * np.log2(found / hertz))


@pytest.mark.parametrize("sample_rate", [8000, 16_000, 44_100])
@pytest.mark.parametrize("rate", USUAL)
def test_pitch_and_level_of_a_tone_are_kept(rate: float, sample_rate: int) -> None:
    for hertz in (440, 1000, 3000):
        (result,) = stretched(tone(hertz, sample_rate), rate, sample_rate)
        assert abs(cents(result, hertz, sample_rate)) < 2
        assert abs(level_db(result, tone(hertz))) < 0.05


@pytest.mark.parametrize("rate", WIDE)
def test_level_is_kept_at_any_rate(rate: float) -> None:
    noise = np.random.default_rng(0).standard_normal(4 * RATE) * 0.1
    for source in (tone(70), tone(440), tone(7000), noise):
        assert abs(level_db(stretched(source, rate)[0], source)) < 0.3


def clicks(background: float = 0.0, seconds: float = 6.0, apart: float = 0.237) -> tuple[np.ndarray, np.ndarray]:
    """Clicks, and the frames where they are."""
    frames = int(seconds * RATE)
    samples = np.random.default_rng(0).standard_normal(frames) * background
    at = np.arange(int(0.15 * RATE), frames - int(0.2 * RATE), int(apart * RATE))
    samples[at] = 0.9
    return samples, at


def kept(result: np.ndarray, rate: float, at: np.ndarray, background: float) -> np.ndarray:
    """Of each click, the share of its energy within 5 ms of where it belongs."""
    shares = []
    reach = int(min(0.1, 0.1 / rate) * RATE)  # less than to the next click
    for frame in at / rate:
        low, high = int(frame - 0.005 * RATE), int(frame + 0.005 * RATE) + 1
        around = result[int(frame) - reach : int(frame) + reach].astype(float)
        here = (result[low:high].astype(float) ** 2).sum() - background**2 * (high - low)
        shares.append(here / max(0.81, (around**2).sum() - background**2 * len(around)))
    return np.array(shares)


@pytest.mark.parametrize("background", [0.0, 0.003])
@pytest.mark.parametrize("rate", [0.4, 0.5, 0.6, *USUAL, 1.42, 2.0, 3.0])
def test_attacks_are_kept_and_are_where_they_belong(rate: float, background: float) -> None:
    samples, at = clicks(background)
    assert kept(stretched(samples, rate)[0], rate, at, background).min() > 0.95


def test_attacks_are_neither_doubled_nor_lost_in_a_melody() -> None:
    for rate in USUAL:
        samples, at = clicks(0.001, 5.0, 0.31)
        samples = samples + tone(196, seconds=5.0) * 0.2 + tone(247, seconds=5.0) * 0.2
        (result,) = stretched(samples, rate)
        loud = np.abs(np.diff(result)) > 0.4
        found = np.flatnonzero(loud & ~np.concatenate([[False], loud[:-1]]))
        assert len(found) == len(at)
        assert np.abs(found - at / rate).max() < 0.025 * RATE


def flux(samples: np.ndarray, sample_rate: int) -> np.ndarray:
    """How much the level above a quarter of the band rises every 4 ms, as a power of ten: clicks stand out."""
    hop, size = sample_rate // 250, sample_rate // 100
    frames = np.lib.stride_tricks.sliding_window_view(samples.astype(float), size)[::hop] * np.hanning(size)
    level = np.log10(np.abs(np.fft.rfft(frames))[:, size // 4 :].mean(1) + 1e-4)
    return np.diff(level)


@pytest.mark.parametrize("path", SOUNDS, ids=lambda path: path.name)
@pytest.mark.parametrize("rate", USUAL)
def test_real_sounds_get_no_clicks(path: Path, rate: float) -> None:
    samples, sample_rate = soundfile.read(path, always_2d=True, dtype="float32")
    result = stretched(samples.T, rate, sample_rate)
    for before, after in zip(samples.T, result, strict=True):
        source, found = flux(before, sample_rate), flux(after, sample_rate)
        # Against the most that happens within 40 ms in the source.
        excess = [rise - source[max(0, int(at * rate) - 10) : int(at * rate) + 11].max() for at, rise in enumerate(found)]
        assert max(excess) < 0.75
        assert np.mean(np.array(excess) > 0.3) < 0.01
        assert np.abs(np.diff(after)).max() < 1.2 * np.abs(np.diff(before)).max()
        assert abs(level_db(after, before)) < 1


def melody(sample_rate: int = RATE) -> np.ndarray:
    """Tones of half a second with soft attacks."""
    time = np.arange(sample_rate // 2) / sample_rate
    return np.concatenate([np.sin(2 * np.pi * hertz * time) * np.exp(-3 * time) * 0.5 for hertz in (220, 330, 262, 392)])


@pytest.mark.parametrize("rate", WIDE)
def test_every_moment_comes_out_near_where_it_belongs(rate: float) -> None:
    """Runs are copies of the source: the moment at which each sample was taken is found by playing time itself."""
    samples = melody()
    time = np.arange(len(samples), dtype=np.float32)
    # Time is in the second channel, far too quiet to count.
    result = stretched(np.stack([samples, time * np.float32(2.0**-40)]), rate)[1] * np.float32(2.0**40)
    facts, said = AudioFacts(len(samples), RATE), Stretch(len(result), RATE)
    places = np.array([carry_time([said], (frame + 0.5) / RATE, facts)[0] * RATE - 0.5 for frame in range(len(samples))])
    found = np.interp(result, np.arange(len(samples)), places)  # where what is here should be
    assert np.abs(found - np.arange(len(result))).max() < said.tolerance_seconds(facts) * RATE
    assert (result[0], result[-1]) == (0, len(samples) - 1)  # it begins and ends with the source


def test_a_rate_of_one_changes_nothing() -> None:
    samples = sound(Random(0), 2, 9000)
    assert np.array_equal(stretched(samples, 1.0), samples)


def test_what_is_not_near_a_splice_is_copied() -> None:
    samples = sound(Random(5), 1, 20_000)
    (result,) = stretched(samples, 0.95)
    assert np.isin(result, samples).mean() > 0.5


@pytest.mark.parametrize("rate", WIDE)
@pytest.mark.parametrize("frames", [1, 2, 10, 100, 255, 256, 257, 400, 511, 700, 1000, 3000])
def test_short_sounds(frames: int, rate: float) -> None:
    samples = np.random.default_rng(frames).uniform(-0.5, 0.5, (2, frames))
    for sample_rate in (100, 8000, 48_000, 768_000):
        result = stretched(samples, rate, sample_rate)
        assert np.isfinite(result).all()
        assert np.abs(result).max() <= 1


def test_silence_and_very_loud_sounds() -> None:
    assert not stretched(np.zeros(9000), 0.8).any()
    loud = sound(Random(1), 1, 9000) * np.float32(1e30)
    assert np.isfinite(stretched(loud, 1.25)).all()


@pytest.mark.parametrize("rate", [*WIDE, 0.01, 100.0])
def test_passes_end_where_they_should_and_none_goes_far(rate: float) -> None:
    before = 160_000
    after = round(before / rate)
    lengths = [before, *passes(before, after)]
    assert lengths[-1] == after
    for one, other in pairwise(lengths):
        assert 0.595 < one / other < 1.425
    assert len(passes(before, after)) == 1 or not 0.6 <= rate <= 1.42
    plan = grid(before, after, RATE)
    assert plan is None or plan.cell >= 128
