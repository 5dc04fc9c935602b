"""The nearest pixel: OpenCV's look-up against plain indexing, and against the torch kernel, to the bit."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from augcli.core.primitives.image import Warp
from augcli.core.values.matrix import about, multiply, rotation, scaling, shearing, translation
from augcli.kernels.cpu.image import apply as cpu_image
from augcli.kernels.cpu.image import nearest as cpu_nearest
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image.execute import execute


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("border", ["constant", "edge"])
def test_both_ways_and_both_backends_find_the_same_pixels(channels: int, border: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(channels)
    numbers = np.random.default_rng(channels)
    for _ in range(40):
        width, height = rng.randint(1, 60), rng.randint(1, 60)
        pixels = numbers.integers(0, 256, (height, width, channels), np.uint8)
        turn = multiply(rotation(rng.choice((90.0, rng.uniform(-180, 180)))), shearing(rng.uniform(-60, 60), 0))
        matrix = about(multiply(scaling(rng.uniform(0.2, 4), rng.uniform(0.2, 4)), turn), width / 2, height / 2)
        matrix = multiply(translation(rng.choice((0, 0.5, 3e5, rng.uniform(-9, 9))), rng.uniform(-9, 9)), matrix)
        if rng.random() < 0.3:
            matrix = (*matrix[:6], rng.uniform(-0.02, 0.02), rng.uniform(-0.02, 0.02), 1.0)
        size = rng.randint(1, 70), rng.randint(1, 70)
        warp = Warp(matrix, size, border, (rng.random(), rng.random(), rng.random()), "nearest")
        fast = cpu_image.apply(pixels, warp)
        with monkeypatch.context() as patch:
            patch.setattr(cpu_nearest, "_SHORT", 0)
            assert np.array_equal(cpu_image.apply(pixels, warp), fast)
        assert np.array_equal(execute([pixels], [BatchRow(0, (warp,))])[0], fast)
