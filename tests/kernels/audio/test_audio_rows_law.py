"""Law 2 for audio: a row's result does not depend on other rows, their order, the number of threads, or the chunk size."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import numpy as np
import pytest
import torch
from generate_audio import primitive, rows, sound

from augcli.core.primitives.audio import Add, Gain, Mask, Piece, Stretch, TimeMap
from augcli.core.values.facts import AudioFacts
from augcli.kernels.torch.audio import execute as torch_audio
from augcli.kernels.torch.audio import stretch as torch_audio_stretch
from augcli.kernels.torch.audio import stretch_costs
from augcli.kernels.torch.audio.execute import execute
from augcli.kernels.torch.audio.stretch_path import _cheapest_torch
from augcli.kernels.torch.audio.time import ResampleKernel
from augcli.kernels.torch.batch import pixels as torch_pixels


@pytest.fixture(params=[1, 2])
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


def same(results: list[np.ndarray], expected: list[np.ndarray]) -> bool:
    return all(np.array_equal(one.view(np.uint32), other.view(np.uint32)) for one, other in zip(results, expected, strict=True))


def test_rows_do_not_see_each_other(threads: int) -> None:
    rng = Random(7)
    batch = rows(rng, 32)
    alone = [execute([row])[0] for row in batch]
    for count in (2, 7, 32):
        some = rng.sample(range(len(batch)), count)
        assert same(execute([batch[place] for place in some]), [alone[place] for place in some])


def test_threads_change_nothing() -> None:
    batch = rows(Random(8), 8, 60_000)
    before, results = torch.get_num_threads(), []
    for count in (1, 2):
        torch.set_num_threads(count)
        results.append(execute(batch))
    torch.set_num_threads(before)
    assert same(*results)


@pytest.mark.parametrize("chunk", [1, 5000])
def test_chunks_and_wide_addresses_change_nothing(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    batch = rows(Random(chunk), 12, 9000)
    expected = execute(batch)
    monkeypatch.setitem(torch_audio.CHUNK_SAMPLES, "cpu", chunk)
    monkeypatch.setattr(torch_pixels, "WIDE_BYTES", 0)
    monkeypatch.setattr(stretch_costs, "_BLOCK", 3)
    assert same(execute(batch), expected)


def as_on_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the ways that are taken where nothing may be asked of the device."""
    monkeypatch.setattr(stretch_costs, "cheapest", _cheapest_torch)
    monkeypatch.setattr(stretch_costs.Cells, "only", lambda self, wanted: torch.arange(wanted.shape[0]))

    def by_sample(self: ResampleKernel, sounds: torch_audio_stretch.Sounds) -> None:
        for part in sounds.parts():
            part.out.copy_(self._by_sample(sounds, part))

    monkeypatch.setattr(ResampleKernel, "_by_phase", by_sample)


def test_a_device_takes_other_ways_to_the_same_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(3)
    batch = rows(rng, 24)
    for kind in ("speed", "stretch"):
        for _ in range(12):
            channels, frames = rng.choice((1, 2)), rng.randint(1, 20_000)
            batch.append((sound(rng, channels, frames), (primitive(rng, kind, frames, 16_000),)))
    expected = execute(batch)
    as_on_cuda(monkeypatch)
    for result, value in zip(execute(batch), expected, strict=True):
        assert np.array_equal(result, value)  # but for the sign of a 0


@pytest.mark.parametrize("frames", [1, 2, 3, 100, 1023, 1024, 1025])
@pytest.mark.parametrize("channels", [1, 2, 32])
def test_any_length_and_number_of_channels(channels: int, frames: int) -> None:
    samples = np.linspace(-1, 1, channels * frames, dtype=np.float32).reshape(channels, frames)
    facts = AudioFacts(frames, 16_000, channels)
    for said in (
        Gain(2.0),
        TimeMap((Piece((frames - 1) * 100, frames, -100),)),
        TimeMap((Piece(0, max(1, frames // 2), 200),)),
        Stretch(max(1, frames // 2), 16_000),
        Stretch(frames * 3, 16_000),
        Add("brown", 10.0, 1, 9),
        Mask(((0, frames, 0),)),
    ):
        (result,) = execute([(samples, (said,))])
        assert result.shape == (channels, said.facts_after(facts).frames)
        assert result.dtype == np.float32
        assert np.isfinite(result).all()


def test_channels_share_one_time() -> None:
    """Equal channels stay equal; a channel that is silent does not keep the others from being aligned."""
    (left,) = sound(Random(4), 1, 24_000)
    for time in (Stretch(30_000, 16_000), TimeMap((Piece(0, 20_000, 120),)), TimeMap((Piece(100, 900), Piece(0, 4000)))):
        (result,) = execute([(np.stack([left, left, -left]), (time,))])
        assert np.array_equal(result[0], result[1])
        assert np.array_equal(result[0], -result[2])
    (alone,) = execute([(left[None], (Stretch(30_000, 16_000),))])
    (beside,) = execute([(np.stack([left, left * 0]), (Stretch(30_000, 16_000),))])
    assert np.array_equal(alone[0], beside[0])
    assert not beside[1].any()
