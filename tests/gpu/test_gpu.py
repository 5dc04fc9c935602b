"""The torch backend on a real GPU against itself on the CPU. Skipped where there is none."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
import reference_image as reference
import torch
from generate_image import EXACT, KINDS, batch, sample
from photographs import PHOTOGRAPHS, photograph

from augcli.core.primitives.image import ColourMatrix, Filter, Warp
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image import execute as torch_image
from augcli.kernels.torch.image.execute import execute, execute_halving, launch

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")]


@pytest.mark.parametrize("kind", KINDS)
def test_the_gpu_does_what_the_cpu_does(kind: str) -> None:
    rng = Random(kind)
    images: list[np.ndarray] = []
    rows: list[BatchRow] = []
    for _ in range(200):
        own, said = sample(rng, kind)
        rows.append(BatchRow(len(images), (said,), (len(images) + 1, len(images) + 2)))
        images += own
    for row, on_cpu, on_gpu in zip(rows, execute(images, rows), execute(images, rows, "cuda"), strict=True):
        assert reference.difference(on_cpu, on_gpu) <= (0 if kind in EXACT else 1), row


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_photographs(name: str) -> None:
    pixels = photograph(name)
    height, width, _ = pixels.shape
    primitives = [
        Warp((0.9, 0.2, 5, -0.2, 0.9, 40, 0, 0, 1), (width, height), "reflect", interpolation="bilinear"),
        Warp((0.4, 0.02, 5, -0.02, 0.4, 10, 0, 0, 1), (width // 2, height // 2), "constant", interpolation="bilinear"),
        ColourMatrix((1.2, 0.1, 0, 0, 0.8, 0, 0.3, 0, 1), (0.1, 0, 0, 0, -0.2, 0, 0, 0, 0.1), (0.05, 0, -0.1)),
        Filter((0.1, 0.2, 0.4, 0.2, 0.1), (0.25, 0.5, 0.25)),
    ]
    rows = [BatchRow(0, (said,)) for said in primitives]
    for on_cpu, on_gpu in zip(execute([pixels], rows), execute([pixels], rows, "cuda"), strict=True):
        assert reference.difference(on_cpu, on_gpu) <= 1


def test_rows_do_not_see_each_other() -> None:
    rng = Random(3)
    images, rows = batch(rng, 32)
    alone = [execute(images, [row], "cuda")[0] for row in rows]
    for count in (2, 7, 32):
        some = rng.sample(range(len(rows)), count)
        for place, result in zip(some, execute(images, [rows[place] for place in some], "cuda"), strict=True):
            assert np.array_equal(result, alone[place]), rows[place]


def test_chunks_and_repetition_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    images, rows = batch(Random(4), 12)
    before = execute(images, rows, "cuda")
    assert all(np.array_equal(one, two) for one, two in zip(before, execute(images, rows, "cuda"), strict=True))
    monkeypatch.setitem(torch_image.CHUNK_PIXELS, "cuda", 10_000)
    assert all(np.array_equal(one, two) for one, two in zip(before, execute(images, rows, "cuda"), strict=True))


def test_nothing_waits_for_the_device_before_the_end() -> None:
    images, rows = batch(Random(5), 8)
    execute(images, rows, "cuda")
    torch.cuda.set_sync_debug_mode("error")
    try:
        launched = launch(images, rows, "cuda")
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert len(launched.wait()) == len(rows)


def test_too_large_a_batch_is_halved() -> None:
    free, _ = torch.cuda.mem_get_info()
    pixels = np.zeros((4000, 5000, 3), np.uint8)
    said = ColourMatrix.linear((-1, 0, 0, 0, -1, 0, 0, 0, -1), (1, 1, 1))
    count = int(2e9 // pixels.nbytes)
    ballast = torch.empty(max(0, free - 3_500_000_000), dtype=torch.uint8, device="cuda")
    results = execute_halving([pixels], [BatchRow(0, (said,))] * count, "cuda")
    assert all((result[0, 0] == 255).all() for result in results)
    del ballast
