"""The cheapest path over the cells of a stretch: dynamic programming in whole numbers, by numpy or by torch, alike.

A state says how far a run is from where it belongs. Its number counts from 0; the middle one is "exactly there", with which
every path begins. Costs are multiples of `TIES`; what is below holds the state that one came from, which also settles ties.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray
from torch import Tensor

TIES = 128  # more than there are states
_FAR = 1 << 55
NOT_THERE = 1 << 40  # as a cost: so is no jump that there is

Costs = NDArray[np.int64]


def cheapest(jumps: Tensor, states: Tensor, ends: Tensor, counts: Tensor, most: int) -> Tensor:
    """The state after each cell, [cells], on the path of least cost of each row; cells of rows lie one after the other.

    jumps: [cells, 2n - 1]; from state i to state k costs jumps[cell, k - i + n - 1]. states: [cells, n], what being in a state
    costs. ends: [rows], where each path ends. counts: [rows], how many cells each row has, `most` at most.
    """
    if jumps.device.type == "cpu":
        found, start = [np.empty(0, np.int64)], 0
        for count, end in zip(counts.tolist(), ends.tolist(), strict=True):
            own = slice(start, start + count)
            found.append(_cheapest(jumps[own].numpy(), states[own].numpy(), end))
            start += count
        return torch.from_numpy(np.concatenate(found))
    return _cheapest_torch(jumps, states, ends, counts, most)


def _cheapest(jumps: Costs, states: Costs, end: int) -> Costs:
    cells, size = states.shape
    numbers = np.arange(size)
    # [cell, from, to] without copies: states that one comes from are counted from the last to the first.
    costs = as_strided(jumps, (cells, size, size), (jumps.strides[0], 8, 8))
    keys = np.empty((cells, size), np.int64)
    work, kept = np.empty((size, size), np.int64), np.empty(size, np.int64)
    so_far = np.where(numbers == size // 2, 0, _FAR) + numbers
    backwards, column, above = kept[::-1], so_far[:, None], np.int64(-TIES)
    for cell in range(cells):
        np.add(costs[cell], column, out=work)
        np.minimum.reduce(work, axis=0, out=keys[cell])
        np.bitwise_and(keys[cell], above, out=kept)
        kept += states[cell]
        np.add(backwards, numbers, out=so_far)
    came_from = (size - 1 - (keys & (TIES - 1))).tolist()
    path, state = [0] * cells, end
    for cell in range(cells - 1, -1, -1):
        path[cell] = state
        state = came_from[cell][state]
    return np.array(path, np.int64)


def _cheapest_torch(jumps: Tensor, states: Tensor, ends: Tensor, counts: Tensor, most: int) -> Tensor:
    """All rows at once, cell by cell; rows that have no more cells stay where they are."""
    cells, size = states.shape
    device, rows = jumps.device, counts.shape[0]
    numbers = torch.arange(size, device=device)
    number = torch.arange(most, device=device)[:, None]
    cell_of = torch.where(number < counts, number + counts.cumsum(0) - counts, cells)  # [most, rows]
    stays = torch.full((1, jumps.shape[1]), NOT_THERE, dtype=torch.int64, device=device)
    stays[:, size - 1].zero_()
    jumps = torch.cat([jumps, stays])
    states = torch.cat([states, torch.zeros_like(states[:1])])
    so_far = ((numbers - size // 2).abs().clamp(max=1) * _FAR + numbers).repeat(rows, 1)
    keys = torch.empty((most, rows, size), dtype=torch.int64, device=device)
    for at in range(most):
        here = cell_of[at]
        costs = jumps.index_select(0, here).as_strided((rows, size, size), (2 * size - 1, 1, 1)) + so_far[:, :, None]
        torch.amin(costs, 1, out=keys[at])
        so_far = ((keys[at] & -TIES) + states.index_select(0, here)).flip(1) + numbers
    path = torch.empty((most, rows), dtype=torch.int64, device=device)
    state = ends.long()[:, None]
    for at in range(most - 1, -1, -1):
        path[at] = state[:, 0]
        state = size - 1 - (keys[at].gather(1, state) & (TIES - 1))
    found = torch.empty(cells + 1, dtype=torch.int64, device=device)
    found.index_copy_(0, cell_of.flatten(), path.flatten())
    return found[:cells]
