"""What the audio operations promise: how they lower, what they keep, and what they produce."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from augcli import ops
from augcli.core.draws.keys import unit_key
from augcli.core.ops.op import State
from augcli.core.pipeline.model import parse_pipeline
from augcli.core.primitives.audio import GRID, SILENCE, Add, Gain, Mask, Piece, Stretch, TimeMap
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import Lowered, draw_steps, lower
from augcli.core.values.facts import AudioFacts
from augcli.core.values.outcome import ConfigError
from augcli.kernels.torch.audio.execute import execute

ops.load()
RATE = 16_000
FACTS = AudioFacts(16_000, RATE, 1)


def lowered(steps: list[Any], facts: AudioFacts = FACTS, number: int = 0) -> Lowered:
    compiled = CompiledPipeline(parse_pipeline(json.dumps({"audio": steps})).steps["audio"])
    return lower(draw_steps(compiled, unit_key(0, f"{number}.wav", 0)), State(facts))


def played(samples: np.ndarray, steps: list[Any], rate: int = RATE) -> np.ndarray:
    facts = AudioFacts(samples.shape[1], rate, len(samples))
    (result,) = execute([(samples, lowered(steps, facts).program)])  # type: ignore[arg-type]
    return result


def samples_of(frames: int = 16_000, channels: int = 2) -> np.ndarray:
    return np.random.default_rng(0).uniform(-0.5, 0.5, (channels, frames)).astype(np.float32)


# Shift


@pytest.mark.parametrize(
    ("options", "by"), [({"by": 0.25}, 4000), ({"by": -0.25}, -4000), ({"by_s": 0.5}, 8000), ({"by_s": -0.1}, -1600)]
)
def test_a_roll_is_exact_outside_of_the_fades(options: dict[str, Any], by: int) -> None:
    samples = samples_of()
    result = played(samples, [{"shift": options}])
    expected = np.roll(samples, by, 1)
    seam, fade = by % 16_000, 80
    assert np.array_equal(result[:, : seam - fade], expected[:, : seam - fade])
    assert np.array_equal(result[:, seam + fade :], expected[:, seam + fade :])
    shape = result[:, seam - fade : seam + fade] / expected[:, seam - fade : seam + fade]
    assert np.abs(shape - shape[:1]).max() < 1e-3
    assert (np.diff(shape[0, :fade]) < 1e-3).all()
    assert (np.diff(shape[0, fade:]) > -1e-3).all()
    assert abs(shape[0, fade - 1]) < 0.01


@pytest.mark.parametrize("by", [0.25, -0.25])
def test_a_shift_with_silence(by: float) -> None:
    samples = samples_of()
    result = played(samples, [{"shift": {"by": by, "fill": "silence"}}])
    if by > 0:
        assert not result[:, :4000].any()
        assert np.array_equal(result[:, 4080:], samples[:, 80:12_000])
    else:
        assert not result[:, 12_000:].any()
        assert np.array_equal(result[:, :11_920], samples[:, 4000:15_920])


def test_shifts_that_change_nothing_or_leave_nothing() -> None:
    assert lowered([{"shift": {"by": 0}}]).program == ()
    assert lowered([{"shift": {"by": 1}}]).program == ()  # once around
    assert lowered([{"shift": {"by": 1, "fill": "silence"}}]).program == (TimeMap((Piece(0, 16_000, SILENCE),)),)
    assert lowered([{"shift": {"by_s": -60, "fill": "silence"}}]).program == (TimeMap((Piece(0, 16_000, SILENCE),)),)
    assert lowered([{"shift": {"by_s": 1.25}}]).program == lowered([{"shift": {"by": 0.25}}]).program


def test_a_shift_is_drawn_by_share_or_by_seconds() -> None:
    def seam(options: dict[str, Any], number: int, frames: int = 16_000) -> int:
        (time_map,) = lowered([{"shift": options}], AudioFacts(frames, RATE), number).program
        assert isinstance(time_map, TimeMap)
        assert time_map.frames == frames
        return time_map.pieces[0].frames

    shares = [seam({}, number) for number in range(200)]
    assert min(shares) < 500
    assert max(shares) > 15_500
    assert all(seam({"by_s": [0.1, 0.2]}, number, 160_000) in range(1600, 3201) for number in range(50))
    assert seam({"by": 0.1, "by_s": 0.1}, 0) == 3200  # they add up


def test_tiny_sounds_can_be_shifted() -> None:
    for frames in range(1, 12):
        for by in (-0.9, -0.5, 0.1, 0.5, 1):
            for fill in ("roll", "silence"):
                assert played(samples_of(frames), [{"shift": {"by": by, "fill": fill}}]).shape == (2, frames)


# Reverse and speed


def test_reverse_is_exact() -> None:
    samples = samples_of()
    assert np.array_equal(played(samples, ["reverse"]), samples[:, ::-1])
    assert np.array_equal(played(samples, ["reverse", {"reverse": {"id": "again"}}]), samples)


@pytest.mark.parametrize(("rate", "frames"), [(1.1, 14_545), (0.9, 17_778), (0.93, 17_204), (2, 8000), (0.25, 64_000), (4, 4000)])
def test_speed_gives_the_rounded_length(rate: float, frames: int) -> None:
    result = lowered([{"speed": {"rate": rate}}])
    assert result.facts.frames == frames  # type: ignore[union-attr]
    assert result.program == (TimeMap((Piece(0, frames, round(rate * GRID)),)),)


def test_speed_stays_on_the_grid() -> None:
    assert lowered([{"speed": {"rate": 1.0049}}]).program == ()
    rates = {lowered(["speed"], FACTS, number).program for number in range(300)}
    assert 15 < len(rates) <= 21  # whole percents


def test_steps_fuse() -> None:
    assert len(lowered(["reverse", {"shift": {"by": 0.3}}, {"speed": {"rate": 1.1, "id": "x"}}]).program) == 2
    assert len(lowered([{"speed": {"rate": 1.1}}, {"shift": {"by": 0.3}}, "reverse"]).program) == 1
    assert len(lowered(["gain", "polarity_inversion", {"gain": {"id": "again"}}]).program) == 1
    assert lowered(["reverse", {"reverse": {"id": "again"}}]).program == (TimeMap((Piece(0, 16_000),)),)
    assert [type(one) for one in lowered(["gain", "shift", "time_stretch", "noise", "time_mask"]).program] == [
        Gain, TimeMap, Stretch, Add, Mask,
    ]  # fmt: skip


# Stretch, noise, mask


@pytest.mark.parametrize("rate", [0.25, 0.8, 0.93, 1.0, 1.25, 4])
def test_time_stretch_gives_the_rounded_length(rate: float) -> None:
    for frames in (1, 7, 16_001):
        result = lowered([{"time_stretch": {"rate": rate}}], AudioFacts(frames, RATE))
        assert result.program == (Stretch(max(1, round(frames / rate)), RATE),)


def test_noise_is_at_the_ratio_over_all_channels() -> None:
    samples = samples_of(20_000)
    samples[1] *= 0.1
    for color in ("white", "pink", "brown"):
        added = (played(samples, [{"noise": {"snr_db": 12.5, "color": color}}]) - samples).astype(float)
        assert 10 * np.log10((samples.astype(float) ** 2).mean() / (added**2).mean()) == pytest.approx(12.5, abs=0.01)
        if color != "brown":  # of which there is too little to be alike
            assert (added[0] ** 2).mean() == pytest.approx((added[1] ** 2).mean(), rel=0.1)
        assert abs(np.corrcoef(np.diff(added))[0, 1]) < 0.03


@pytest.mark.parametrize(("rate", "octaves"), [(100, 1), (8000, 8), (16_000, 9), (44_100, 10), (48_000, 10), (192_000, 10)])
def test_coloured_noise_ends_where_hearing_does(rate: int, octaves: int) -> None:
    (add,) = lowered([{"noise": {"color": "pink"}}], AudioFacts(1000, rate)).program
    assert isinstance(add, Add)
    assert add.octaves == octaves


def test_every_copy_has_noise_of_its_own() -> None:
    keys = {lowered(["noise"], FACTS, number).program[0].key for number in range(50)}  # type: ignore[attr-defined]
    assert len(keys) == 50


def test_time_mask_silences_its_share() -> None:
    samples = np.ones((1, 16_000), np.float32)
    result = played(samples, [{"time_mask": {"share": 0.1, "place": 0.5}}])[0]
    assert (result[:7200] == 1).all()
    assert (result[8800:] == 1).all()
    assert (result[7280:8720] == 0).all()
    assert ((result[7200:7280] > 0) & (result[7200:7280] < 1)).all()
    assert np.allclose(result[7200:7280], result[8720:8800][::-1], atol=1e-6)
    assert lowered([{"time_mask": {"masks": 3, "share": 0}}]).program == ()


def test_time_mask_draws_where_and_how_long() -> None:
    found = [lowered(["time_mask"], FACTS, number).program[0].ranges[0] for number in range(300)]  # type: ignore[attr-defined]
    lengths = [(stop - start) / 16_000 for start, stop, _ in found]
    assert 0.01 <= min(lengths) < 0.02
    assert 0.19 < max(lengths) <= 0.2
    assert min(start for start, _, _ in found) < 400
    assert max(stop for _, stop, _ in found) > 15_600
    assert {fade for _, _, fade in found} == {80}


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"shift": {"by": 2}}, "is outside"),
        ({"shift": {"fill": "wrap"}}, "roll"),
        ({"speed": {"rate": 0}}, "is outside"),
        ({"time_stretch": {"rate": 5}}, "is outside"),
        ({"noise": {"color": "blue"}}, "white"),
        ({"noise": {"snr": 5}}, "snr_db"),
        ({"time_mask": {"share": 1.5}}, "is outside"),
        ({"reverse": {"rate": 1}}, "unknown option"),
    ],
)
def test_mistakes_are_told(step: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        lowered([step])
