"""The cheapest path of a stretch: against trying all paths, by numpy and by torch."""

from __future__ import annotations

from itertools import product
from random import Random

import numpy as np
import pytest
import torch

from augcli.kernels.torch.audio.stretch_path import NOT_THERE, TIES, _cheapest_torch, cheapest


def price(jumps: np.ndarray, states: np.ndarray, path: tuple[int, ...]) -> int:
    size = states.shape[1]
    total, state = 0, size // 2
    for cell, after in enumerate(path):
        total += int(jumps[cell, after - state + size - 1] + states[cell, after])
        state = after
    return total


@pytest.mark.parametrize("seed", range(30))
def test_no_path_is_cheaper(seed: int) -> None:
    rng = Random(seed)
    size, rows = rng.choice((3, 5)), rng.choice((1, 3))
    counts = [rng.randint(1, 5) for _ in range(rows)]
    draw = np.random.default_rng(seed)
    jumps = draw.integers(0, rng.choice((2, 1000)), (sum(counts), 2 * size - 1)) * TIES
    states = draw.integers(0, rng.choice((1, 300)), (sum(counts), size)) * TIES
    ends = [rng.randrange(size) for _ in range(rows)]
    given = torch.from_numpy(jumps), torch.from_numpy(states), torch.tensor(ends), torch.tensor(counts)
    found = cheapest(*given, max(counts))
    for most in (max(counts), 8):
        assert torch.equal(found, _cheapest_torch(*given, most))
    start = 0
    for count, end in zip(counts, ends, strict=True):
        own = slice(start, start + count)
        path = tuple(found[own].tolist())
        assert path[-1] == end
        best = min(price(jumps[own], states[own], (*some, end)) for some in product(range(size), repeat=count - 1))
        assert price(jumps[own], states[own], path) == best
        start += count


def test_forbidden_jumps_are_not_made() -> None:
    jumps = torch.full((6, 5), NOT_THERE)
    jumps[:, 2] = 0
    jumps[4, 3] = 5 * TIES
    found = cheapest(jumps, torch.zeros((6, 3), dtype=torch.int64), torch.tensor([2]), torch.tensor([6]), 6)
    assert found.tolist() == [1, 1, 1, 1, 2, 2]
