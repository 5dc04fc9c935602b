"""Law 2: a row's result does not depend on other rows, their order, the number of threads, or the chunk size."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import numpy as np
import pytest
import torch
from generate_image import batch, image

from augcli.kernels.torch.batch import pixels as torch_pixels
from augcli.kernels.torch.batch.rows import BatchRow
from augcli.kernels.torch.image import execute as torch_image
from augcli.kernels.torch.image.execute import execute


@pytest.fixture(params=[1, 2])
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


def test_rows_do_not_see_each_other(threads: int) -> None:
    rng = Random(threads)
    images, rows = batch(rng, 32)
    alone = [execute(images, [row])[0] for row in rows]
    for count in (1, 2, 7, 32):
        for _ in range(2):
            some = rng.sample(range(len(rows)), count)
            results = execute(images, [rows[place] for place in some])
            for place, result in zip(some, results, strict=True):
                assert np.array_equal(result, alone[place]), rows[place]


def test_threads_change_nothing() -> None:
    images, rows = batch(Random(5), 12)
    results = []
    for count in (1, 2, 3):
        torch.set_num_threads(count)
        results.append(execute(images, rows))
    torch.set_num_threads(1)
    for other in results[1:]:
        assert all(np.array_equal(one, two) for one, two in zip(results[0], other, strict=True))


@pytest.mark.parametrize("pixels", [1, 50, 777, 10**8])
def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch, pixels: int) -> None:
    rng = Random(7)
    images, rows = batch(rng, 12)
    images = [each if each.size < 20_000 else np.ascontiguousarray(each[:40, :30]) for each in images]
    rows = [row for row in rows if images[row.image].shape == images[row.partners[1]].shape]
    before = execute(images, rows)
    monkeypatch.setitem(torch_image.CHUNK_PIXELS, "cpu", pixels)
    assert all(np.array_equal(one, two) for one, two in zip(before, execute(images, rows), strict=True))


def test_64_bit_addresses_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    images, rows = batch(Random(8), 16)
    before = execute(images, rows)
    monkeypatch.setattr(torch_pixels, "WIDE_BYTES", 0)
    assert all(np.array_equal(one, two) for one, two in zip(before, execute(images, rows), strict=True))


def test_rows_without_programs_are_copies() -> None:
    pixels = image(Random(0), 5, 4, 3)
    result = execute([pixels], [BatchRow(0, ()), BatchRow(0, ())])
    assert all(np.array_equal(each, pixels) and each is not pixels for each in result)
    assert execute([pixels], []) == []
