"""Fusing time maps: one map equals two applied in turn, or they stay two; and where times end up."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from generate_audio import copies, sound
from hypothesis import given, settings
from hypothesis import strategies as st

from augcli.core.primitives.audio import GRID, SILENCE, Add, Gain, Mask, Piece, Stretch, TimeMap, carry_time
from augcli.core.values.facts import AudioFacts
from augcli.kernels.torch.audio.execute import execute

FACTS = AudioFacts(1000, 16_000, 2)


def reverse(frames: int) -> TimeMap:
    return TimeMap((Piece((frames - 1) * GRID, frames, -GRID),))


def roll(frames: int, by: int) -> TimeMap:
    return TimeMap.of((Piece((frames - by) * GRID, by), Piece(0, frames - by)))


def speed(frames: int, rate: int) -> TimeMap:
    return TimeMap((Piece(0, round(frames * GRID / rate), rate),))


def played(samples: np.ndarray, *program: object) -> np.ndarray:
    (result,) = execute([(samples, program)])  # type: ignore[arg-type]
    return result


@pytest.mark.parametrize("seed", range(60))
def test_copies_of_copies_are_copies(seed: int) -> None:
    rng = Random(seed)
    samples = sound(rng, 2, 400)
    first = copies(rng, 400)
    second = copies(rng, first.frames)
    fused = first.then(second, AudioFacts(400, 16_000, 2))
    has_fades = any(piece.fade_in or piece.fade_out for piece in first.pieces)
    assert fused is not None or has_fades or any(piece.fade_in or piece.fade_out for piece in second.pieces)
    if fused is not None:
        assert fused.frames == second.frames
        # Fades meet in another order of rounding.
        assert np.abs(played(samples, fused) - played(samples, first, second)).max() <= 2e-7 * np.abs(samples).max()


def test_twice_backwards_is_nothing() -> None:
    fused = reverse(1000).then(reverse(1000), FACTS)
    assert fused is not None
    assert fused.is_identity(1000)
    samples = sound(Random(0), 2, 1000)
    assert np.array_equal(played(samples, fused), samples)
    assert np.array_equal(played(samples, reverse(1000), reverse(1000)), samples)


@given(st.integers(1, 999), st.integers(1, 999))
@settings(max_examples=30, deadline=None)
def test_rolls_add_up(first: int, second: int) -> None:
    fused = roll(1000, first).then(roll(1000, second), FACTS)
    assert fused is not None
    both = (first + second) % 1000
    assert fused == (roll(1000, both) if both else TimeMap((Piece(0, 1000),)))


def test_rates_multiply_where_the_product_is_on_the_grid() -> None:
    fast, faster = speed(1000, 110), TimeMap((Piece(0, 827, 110),))
    assert fast.then(faster, FACTS) == TimeMap((Piece(0, 827, 121),))
    back = speed(1000, 125).then(TimeMap((Piece(0, 1000, 80),)), FACTS)
    assert back is not None
    assert back.is_identity(1000)
    assert speed(1000, 105).then(TimeMap((Piece(0, 907, 105),)), FACTS) is None  # 1.1025
    assert reverse(1000).then(speed(1000, 110), FACTS) == TimeMap((Piece(99_900, 909, -110),))
    assert speed(1000, 110).then(reverse(909), FACTS) == TimeMap((Piece(908 * 110, 909, -110),))


def test_what_would_not_mean_the_same_stays_apart() -> None:
    assert roll(1000, 300).then(speed(1000, 110), FACTS) is None  # the filter would not reach over the seam
    faded = TimeMap((Piece(0, 500, fade_out=80), Piece(0, 500)))
    assert faded.then(TimeMap((Piece(0, 460),)), FACTS) is None  # would cut the fade
    assert faded.then(TimeMap((Piece(0, 420),)), FACTS) == TimeMap((Piece(0, 420),))
    assert faded.then(TimeMap((Piece(0, 500, fade_out=9),)), FACTS) is None  # two fades in one place
    for other in (Gain(2.0), Stretch(100, 16_000), Mask(((1, 2, 0),)), Add("white", 1.0, 1)):
        assert faded.then(other, FACTS) is None
        assert Add("white", 1.0, 1).then(other, FACTS) is None


def test_what_is_read_outside_is_silent() -> None:
    before_and_after = TimeMap((Piece(-50 * GRID, 1100),))
    fused = TimeMap((Piece(0, 1000),)).then(before_and_after, FACTS)
    assert fused == TimeMap((Piece(0, 50, SILENCE), Piece(0, 1000), Piece(0, 50, SILENCE)))


def test_masks_and_stretches_fuse() -> None:
    assert Mask(((1, 5, 2),)).then(Mask(((3, 9, 0),)), FACTS) == Mask(((1, 5, 2), (3, 9, 0)))
    assert Stretch(1250, 16_000).then(Stretch(1000, 16_000), FACTS) == Stretch(1000, 16_000)
    assert Stretch(1250, 16_000).then(Gain(1.0), FACTS) is None
    samples = sound(Random(1), 1, 1000)
    assert np.array_equal(played(samples, Stretch(1000, 16_000)), samples)


def test_facts_follow() -> None:
    assert reverse(1000).facts_after(FACTS) == FACTS
    assert speed(1000, 110).facts_after(FACTS) == FACTS._replace(frames=909)
    assert Stretch(77, 16_000).facts_after(FACTS) == FACTS._replace(frames=77)


# The dot law: a click lands where carry_time says


def click_of(samples: np.ndarray) -> list[int]:
    """Where clicks are: the loudest sample of each stretch that is not silent."""
    loud = np.flatnonzero(np.abs(samples) > 0.35)
    groups = np.split(loud, np.flatnonzero(np.diff(loud) > 20) + 1) if len(loud) else []
    return [int(group[np.abs(samples[group]).argmax()]) for group in groups]


@pytest.mark.parametrize(
    "program",
    [
        (reverse(1000),),
        (roll(1000, 300),),
        (speed(1000, 80), reverse(1250), roll(1250, 40)),
        (speed(1000, 125), Gain(-1.0), reverse(800)),
        (TimeMap((Piece(100 * GRID, 300), Piece(0, 77, SILENCE), Piece(50 * GRID, 900))),),
        (TimeMap((Piece(700 * GRID, 100),)),),
    ],
    ids=["reverse", "roll", "slower, back, roll", "faster, gain, back", "twice", "cropped"],
)
def test_a_click_lands_where_it_is_carried(program: tuple[TimeMap, ...]) -> None:
    facts = AudioFacts(1000, 16_000)
    for frame in (150, 333, 750, 820):
        samples = np.zeros((1, 1000), np.float32)
        samples[0, frame] = 1
        places = [seconds * 16_000 - 0.5 for seconds in carry_time(program, (frame + 0.5) / 16_000, facts)]
        found = click_of(played(samples, *program)[0])
        assert len(found) == len(places)
        assert all(abs(one - other) <= 0.51 for one, other in zip(found, sorted(places), strict=True))


def test_times_are_edges() -> None:
    """The beginning of a sound becomes its end when it is played backwards."""
    assert carry_time((reverse(1000),), 0.0, FACTS) == [1000 / 16_000]
    assert carry_time((Stretch(500, 16_000), Gain(2.0)), 0.03, FACTS)[0] == pytest.approx(0.015, abs=1e-4)
    assert carry_time((), 0.01, FACTS) == [0.01]
