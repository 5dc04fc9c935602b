"""Copies and resampling, against the simplest code for a map, and by what the filters let through."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from generate_audio import copies, sound

from augcli.core.primitives.audio import GRID, SILENCE, Mask, Piece, TimeMap
from augcli.core.values.facts import AudioFacts
from augcli.kernels.torch.audio.execute import execute

RATE = 16_000


def smooth(frames: int) -> np.ndarray:
    """A fade-in of so many frames."""
    share = (np.arange(frames) + 0.5) / max(frames, 1)
    return share * share * (3 - 2 * share)


def meant(samples: np.ndarray, time_map: TimeMap) -> np.ndarray:
    """What copies mean, piece by piece."""
    parts = []
    for piece in time_map.pieces:
        if piece.rate == SILENCE:
            parts.append(np.zeros((len(samples), piece.frames)))
            continue
        part = samples[:, piece.start // GRID + np.arange(piece.frames) * (piece.rate // GRID)].astype(float)
        part[:, : piece.fade_in] *= smooth(piece.fade_in)
        part[:, piece.frames - piece.fade_out :] *= smooth(piece.fade_out)[::-1]
        parts.append(part)
    return np.concatenate(parts, 1)


@pytest.mark.parametrize("seed", range(20))
def test_copies(seed: int) -> None:
    rng = Random(seed)
    frames = rng.choice((5, 300, 1024, 5000))
    samples = sound(rng, 2, frames)
    time_map = copies(rng, frames)
    (result,) = execute([(samples, (time_map,))])
    assert np.abs(result - meant(samples, time_map)).max(initial=0) <= 2e-7 * np.abs(samples).max()


def test_without_fades_copies_are_exact() -> None:
    samples = sound(Random(0), 2, 3000)
    time_map = TimeMap((Piece(500 * GRID, 700), Piece(2999 * GRID, 3000, -GRID), Piece(0, 100, SILENCE), Piece(0, 9)))
    (result,) = execute([(samples, (time_map,))])
    expected = [samples[:, 500:1200], samples[:, ::-1], np.zeros((2, 100), np.float32), samples[:, :9]]
    assert np.array_equal(result, np.concatenate(expected, 1))


def test_gaps() -> None:
    samples = np.ones((1, 1000), np.float32)
    (result,) = execute([(samples, (Mask(((100, 300, 40), (500, 501, 0), (990, 1000, 5))),))])
    assert (result[0, :100] == 1).all()
    assert np.allclose(result[0, 100:140], smooth(40)[::-1], atol=1e-6)
    assert (result[0, 140:260] == 0).all()
    assert np.allclose(result[0, 260:300], smooth(40), atol=1e-6)
    assert (result[0, 300:500] == 1).all()
    assert (result[0, 500], result[0, 501]) == (0, 1)
    assert result[0, -1] == pytest.approx(smooth(5)[-1], abs=1e-6)


def played(samples: np.ndarray, rate: int) -> np.ndarray:
    frames = max(1, round(len(samples) * GRID / abs(rate)))
    start = 0 if rate > 0 else (len(samples) - 1) * GRID
    return execute([(samples[None].astype(np.float32), (TimeMap((Piece(start, frames, rate),)),))])[0][0]


def tone(hertz: float, seconds: float = 2.0) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)


def level_db(samples: np.ndarray) -> float:
    """The level of a sound's middle, against a tone's."""
    inner = samples[len(samples) // 8 : -len(samples) // 8].astype(float)
    return float(10 * np.log10((inner**2).mean() / 0.125 + 1e-30))


@pytest.mark.parametrize("rate", [50, 80, 93, 110, 125, 200, 400])
def test_frequencies_move_by_the_rate(rate: int) -> None:
    result = played(tone(440), rate).astype(float)
    size = 1 << 20
    spectrum = np.abs(np.fft.rfft(result * np.hanning(len(result)), size))
    assert spectrum.argmax() * RATE / size == pytest.approx(440 * rate / GRID, abs=0.05)
    for hertz in (100, 440, 0.8 * min(8000, 8000 * GRID / rate)):
        assert level_db(played(tone(hertz), rate)) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("rate", [103, 110, 125, 200, 400])
def test_what_does_not_fit_is_filtered_out(rate: int) -> None:
    limit = 8000 * GRID / rate  # what lands at half the sample rate
    for hertz in np.linspace(limit, 7950, 9):
        result = played(tone(hertz), rate)
        assert level_db(result) < -65


@pytest.mark.parametrize("rate", [25, 50, 80, 97])
def test_slowing_down_makes_no_mirror_images(rate: int) -> None:
    for hertz in (300, 2500, 6000):
        result = played(tone(hertz), rate).astype(float)[2000:-2000]
        spectrum = np.abs(np.fft.rfft(result * np.hanning(len(result)))) ** 2
        peak = round(hertz * rate / GRID * len(result) / RATE)
        own = spectrum[peak - 8 : peak + 9].max()
        spectrum[peak - 8 : peak + 9] = 0
        assert 10 * np.log10(spectrum.max() / own) < -62


@pytest.mark.parametrize("rate", [-80, -100, -110])
def test_backwards(rate: int) -> None:
    samples = tone(300) * np.linspace(0, 1, 2 * RATE)
    forwards = played(samples[::-1], -rate)
    assert np.abs(played(samples, rate) - forwards).max() < 1e-6


def test_a_constant_stays_constant() -> None:
    for rate in (93, 125, 250):
        result = played(np.full(5000, 0.25), rate)
        assert np.abs(result[200:-200] - 0.25).max() < 1e-6


@pytest.mark.parametrize("rate", [80, 100, 125])
def test_pieces_of_a_resampled_sound(rate: int) -> None:
    """Pieces are read as if the whole had been resampled first, and then been cut."""
    samples = sound(Random(1), 2, 6000)
    facts = AudioFacts(6000, RATE, 2)
    speed = TimeMap((Piece(0, round(6000 * GRID / rate), rate),))
    after = speed.frames
    cut = TimeMap((Piece((after - 1) * GRID, 500, -GRID), Piece(0, 90, SILENCE), Piece(40 * GRID, after - 40, GRID, 30, 50)))
    fused = speed.then(cut, facts)
    assert fused is not None
    one, two = (execute([(samples, program)])[0] for program in ((fused,), (speed, cut)))
    assert np.abs(one - two).max() < 2e-6
    assert fused.frames == cut.frames == one.shape[1]
