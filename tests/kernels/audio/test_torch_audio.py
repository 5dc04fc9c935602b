"""Audio kernels: what primitives mean, and rows that do not see each other."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from augcli.core.primitives.audio import Gain
from augcli.kernels.torch.audio import execute as torch_audio
from augcli.kernels.torch.audio.execute import SoundRow, execute
from augcli.kernels.torch.batch import pixels as torch_pixels


def rows_of(rng: Random, count: int) -> list[SoundRow]:
    draw = np.random.default_rng(rng.getrandbits(32))
    rows: list[SoundRow] = []
    for _ in range(count):
        shape = rng.choice((1, 2, 6)), rng.choice((0, 1, 1023, 1024, 1025, rng.randint(1, 5000)))
        program = tuple(Gain(rng.uniform(-3, 3)) for _ in range(rng.randint(0, 3)))
        rows.append((draw.standard_normal(shape).astype(np.float32), program))
    return rows


def meant(row: SoundRow) -> np.ndarray:
    samples, program = row
    for gain in program:
        samples = samples * np.float32(gain.factor)
    return samples


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("chunk", [1, 5000, 1 << 16])
def test_gain(monkeypatch: pytest.MonkeyPatch, chunk: int, wide: bool) -> None:
    monkeypatch.setitem(torch_audio.CHUNK_SAMPLES, "cpu", chunk)
    if wide:
        monkeypatch.setattr(torch_pixels, "WIDE_BYTES", 0)
    rows = rows_of(Random(chunk), 40)
    for count in (1, 2, 7, 40):
        for row, result in zip(rows[:count], execute(rows[:count]), strict=True):
            assert result.dtype == np.float32
            assert result is not row[0]
            assert np.array_equal(result, meant(row))


def test_what_the_samples_are_is_kept() -> None:
    samples = np.array([[1e30, -0.0, np.inf, 1e-45]], np.float32)
    result = execute([(samples, (Gain(-1.0),))])[0]
    assert np.array_equal(result.view(np.uint32), (-samples).view(np.uint32))
    transposed = np.arange(10, dtype=np.float32).reshape(5, 2).T
    assert np.array_equal(execute([(transposed, (Gain(2.0),))])[0], transposed * 2)


def test_an_unknown_primitive_is_refused() -> None:
    with pytest.raises(TypeError, match="int"):
        execute([(np.zeros((1, 3), np.float32), (3,))])  # type: ignore[arg-type]
