"""Random sounds, primitives and programs, of every kind and with awkward sizes, from a `random.Random`."""

from __future__ import annotations

from random import Random

import numpy as np

from augcli.core.primitives.audio import GRID, SILENCE, Add, AudioPrimitive, Gain, Mask, Piece, Stretch, TimeMap
from augcli.core.values.facts import AudioFacts
from augcli.kernels.torch.audio.execute import SoundRow

KINDS = ("gain", "copy", "speed", "stretch", "noise", "mask")
RATES = (25, 50, 80, 93, 97, 110, 125, 200, 400)


def sound(rng: Random, channels: int, frames: int) -> np.ndarray:
    """Noise with tones, clicks and silence, and now and then beyond full scale."""
    draw = np.random.default_rng(rng.getrandbits(32))
    time = np.arange(frames)
    samples = draw.standard_normal((channels, frames)) * rng.choice((0.0, 1e-4, 0.1))
    samples += np.sin(time * rng.uniform(0.01, 2)) * rng.choice((0.0, 0.5, 1.5))
    samples[:, draw.integers(0, frames, frames // 4000)] += 0.9
    samples[:, : rng.randrange(frames) if rng.random() < 0.3 else 0] = 0
    return samples.astype(np.float32)


def primitive(rng: Random, kind: str, frames: int, sample_rate: int) -> AudioPrimitive:
    if kind == "gain":
        return Gain(rng.uniform(-3, 3))
    if kind == "copy":
        return copies(rng, frames)
    if kind == "speed":
        rate = rng.choice(RATES) * rng.choice((1, -1))
        count = max(1, round(frames * GRID / abs(rate)))
        fades = [rng.choice((0, min(7, count))) for _ in range(2)]
        return TimeMap((Piece(0 if rate > 0 else (frames - 1) * GRID, count, rate, *fades),))
    if kind == "stretch":
        return Stretch(max(1, round(frames / rng.choice((0.25, 0.5, 0.7, 0.8, 0.93, 1.0, 1.07, 1.25, 1.6, 4.0)))), sample_rate)
    if kind == "noise":
        return Add(rng.choice(("white", "pink", "brown")), rng.uniform(-10, 60), rng.getrandbits(52), rng.choice((1, 5, 9, 10)))
    ranges = []
    for _ in range(rng.choice((1, 1, 2, 5))):
        start, stop = sorted((rng.randint(0, frames), rng.randint(0, frames)))
        ranges.append((start, stop, min(rng.choice((0, 3, 80)), (stop - start) // 2)))
    return Mask(tuple(ranges))


def copies(rng: Random, frames: int) -> TimeMap:
    """Pieces of whole frames, forwards and backwards, with silence between and fades."""
    pieces = []
    for _ in range(rng.choice((1, 2, 2, 3, 5))):
        if rng.random() < 0.2:
            pieces.append(Piece(0, rng.randint(1, 50), SILENCE))
            continue
        start, stop = sorted((rng.randrange(frames), rng.randrange(frames)))
        count = stop - start + 1
        piece = Piece(start * GRID, count, GRID, *(rng.choice((0, 0, min(count, 5), count)) for _ in range(2)))
        pieces.append(piece.backwards() if rng.random() < 0.4 else piece)
    return TimeMap.of(pieces)


def program(rng: Random, facts: AudioFacts, count: int) -> tuple[AudioPrimitive, ...]:
    steps: list[AudioPrimitive] = []
    for _ in range(count):
        steps.append(primitive(rng, rng.choice(KINDS), facts.frames, facts.rate))
        facts = steps[-1].facts_after(facts)
    return tuple(steps)


def rows(rng: Random, count: int, most: int = 20_000) -> list[SoundRow]:
    """Sounds of all lengths, rates and channels, with programs of all lengths."""
    found: list[SoundRow] = []
    for _ in range(count):
        frames = rng.choice((1, 2, 300, 1023, 1024, 1025, rng.randint(1, most), rng.randint(1, most)))
        facts = AudioFacts(frames, rng.choice((8000, 16_000, 44_100)), rng.choice((1, 1, 2, 3)))
        found.append((sound(rng, facts.channels, frames), program(rng, facts, rng.randint(0, 4))))
    return found
