"""The sound kernel that stretches (see stretch): splices are priced, chosen by stretch_path, and played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .rounds import Extra, Part, Spot, Step
from .stretch import FADE
from .stretch_costs import Cells, coarse_path, exact_jumps
from .torch_audio_lines import Lines, Plain, Sounds, Work, starts

_BEFORE_ALL, _AFTER_ALL = -(1 << 30), (1 << 31) - 1  # frames


class Runs:
    """What is played: of each row a first run from frame 0 on, then one for each cell, then an end that never comes."""

    def __init__(self, cells: Cells, offsets: Tensor, likeness: Tensor) -> None:
        count = cells.row.shape[0] + 2 * cells.rows
        place = torch.arange(cells.row.shape[0], device=cells.device) + 2 * cells.row.long() + 1
        self.top = (starts(cells.counts) + 2 * torch.arange(cells.rows, dtype=torch.int32, device=cells.device)).int()
        # A run's offset is the source's frame less the frame that comes out; its start is where its cross-fade begins.
        begin = (cells.moment - FADE // 2) * cells.step - cells.before(offsets)
        self.begin = self._filled(count, place, begin.int(), _AFTER_ALL)
        self.begin.index_fill_(0, self.top.long(), _BEFORE_ALL)
        self.offset = self._filled(count, place, offsets.int(), 0)
        self.likeness = self._filled(count, place, likeness.float(), 1)

    @staticmethod
    def _filled(count: int, place: Tensor, values: Tensor, other: float) -> Tensor:
        full = torch.full((count,), other, dtype=values.dtype, device=values.device)
        return full.index_copy_(0, place, values)


@dataclass(frozen=True)
class StretchKernel(Plain):
    """Numbers of each: its splices and coarse samples; values: its cell and rate. `most` splices at most, a power of two."""

    channels: int
    step: int
    most: int

    def extra(self, sources: Sequence[Spot], steps: Sequence[Step], parts: Sequence[Part]) -> Extra | None:
        """How many cells and coarse samples the rows have that begin here."""
        works: list[Work] = [steps[part.row].data for part in parts if part.top == 0]
        table = np.zeros((1, 1), np.int32)
        return Extra(table, sum(work.numbers[0] for work in works), sum(Cells.coarse_length(work.numbers[1]) for work in works))

    def work(self, sounds: Sounds) -> None:
        cells = Cells(sounds, self.step, self.most)
        path = coarse_path(cells)
        runs = Runs(cells, *exact_jumps(cells, path))
        per_cell = 1 / (sounds.value(0) * self.step)
        for part in sounds.parts():
            self._play(sounds, part, cells, runs, per_cell)
        sounds.clear()

    def _play(self, sounds: Sounds, part: Lines, cells: Cells, runs: Runs, per_cell: Tensor) -> None:
        frame = part.first + sounds.along
        # A run begins less than a cell from where its cell does.
        cell = (frame.double() * part.of(per_cell)).int().clamp_(min=0)
        cell = torch.minimum(cell, part.of(cells.counts)) + part.of(runs.top)
        begun = (frame >= _at(runs.begin, cell)).int() + (frame >= _at(runs.begin[1:], cell)).int()
        run = cell - 1 + begun
        earlier = torch.maximum(run - 1, part.of(runs.top))
        offset, offset_before = _at(runs.offset, run), _at(runs.offset, earlier)
        share = ((frame - _at(runs.begin, run)).float() + 0.5) * (1 / (FADE * self.step))
        share = torch.maximum(share, (offset == offset_before).float()).clamp_(0, 1)
        weight = (3 - share * 2) * (share * share)
        rest = 1 - weight
        # What is alike adds up to full amplitude, what is not to full power.
        level = (1 - (weight * rest) * ((1 - _at(runs.likeness, run)) * 2)).sqrt_()
        last = part.of(sounds.before)
        old = part.read(torch.minimum((frame + offset_before).clamp_(min=-1), last))
        new = part.read(torch.minimum((frame + offset).clamp_(min=-1), last))
        torch.div(old.mul_(rest).add_(new.mul_(weight)), level, out=part.out)


def _at(values: Tensor, index: Tensor) -> Tensor:
    return values.index_select(0, index.flatten()).view(index.shape)
