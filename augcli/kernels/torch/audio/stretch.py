"""The audio kernel that stretches: splices are priced by stretch_costs, chosen by stretch_path, and played here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from augcli.kernels.torch.batch.rounds import ChunkPart, Extra, KernelStep, Spot

from .lines import LINE, SoundKernel, SoundLines, Sounds, Work, starts
from .stretch_costs import Cells, blocks, coarse_path, exact_jumps
from .stretch_grid import FADE

_BEFORE_ALL, _AFTER_ALL = -(1 << 30), (1 << 30)  # frames


@dataclass(frozen=True)
class StretchKernel(SoundKernel):
    """Numbers of each: its splices and coarse samples; values: its cell and rate. `most` splices at most, a power of two."""

    channels: int
    step: int
    most: int

    def extra(self, sources: Sequence[Spot], steps: Sequence[KernelStep], parts: Sequence[ChunkPart]) -> Extra | None:
        """How many cells and coarse samples the rows have that begin here."""
        works: list[Work] = [steps[part.row].data for part in parts if part.top == 0]
        coarse = sum(Cells.coarse_length(work.numbers[1]) for work in works)
        return Extra(np.zeros((1, 1), np.int32), sum(work.numbers[0] for work in works), coarse)

    def work(self, sounds: Sounds) -> None:
        runs = Runs(Cells(sounds, self.step, self.most))
        for part in sounds.parts():
            runs.play(part)
        runs.fade()
        sounds.clear()


class Runs:
    """What is played: of each row a first run from frame 0 on, then one for each cell, then an end that never comes.

    A run's offset is the source's frame less the frame that comes out; its beginning is where its cross-fade begins.
    """

    def __init__(self, cells: Cells) -> None:
        self._cells, self._sounds = cells, cells.sounds
        self._offset, self._likeness = exact_jumps(cells, coarse_path(cells))
        self._offset_before = cells.before(self._offset)
        self._begin = (cells.moment - FADE // 2) * cells.step - self._offset_before
        count = cells.row.shape[0] + 2 * cells.rows
        place = torch.arange(cells.row.shape[0], device=cells.device) + 2 * cells.row.long() + 1
        self._top = (starts(cells.counts) + 2 * torch.arange(cells.rows, dtype=torch.int32, device=cells.device)).int()
        self._begins = torch.full((count,), _AFTER_ALL, dtype=torch.int32, device=cells.device)
        self._begins.index_copy_(0, place, self._begin.int()).index_fill_(0, self._top.long(), _BEFORE_ALL)
        self._offsets = torch.zeros(count, dtype=torch.int32, device=cells.device).index_copy_(0, place, self._offset.int())

    def play(self, part: SoundLines) -> None:
        """Take every sample from the run that it belongs to."""
        cell, rate = (part.of(self._sounds.value(column)) for column in (0, 1))
        step = self._cells.step
        # Runs begin at equal distances but for less than half of that both ways: only the nearest beginning can matter.
        nearest = (part.first.double() / step + FADE // 2) / cell + 0.5 / rate
        whole = nearest.floor()
        per_frame = (1 / (cell * step)).float()
        number = (self._sounds.along * per_frame + (nearest - whole).float()).int() + whole.int()
        number = torch.minimum(number.clamp_(min=0), part.of(self._cells.counts + 1)).add_(part.of(self._top))
        frame = part.first + self._sounds.along
        run = number + ((frame - _at(self._begins, number)) >> 31)  # the one before, if this one has not begun
        frame = (_at(self._offsets, run) + frame).clamp_(min=-1)
        part.out.copy_(part.read(torch.minimum(frame, part.of(self._sounds.before))))

    def fade(self) -> None:
        """Cross-fade weights: similar signals add up to full amplitude, dissimilar ones to full power."""
        sounds, cells = self._sounds, self._cells
        length = FADE * cells.step
        share = (torch.arange(length, dtype=torch.float32, device=cells.device) + 0.5) * (1 / length)
        weight = ((3 - share * 2) * (share * share))[None]
        dip = weight * (1 - weight) * 2
        window = sounds.samples.as_strided((sounds.samples.shape[0] - length + 1, length), (1, 1))
        jumps = cells.only(self._offset != self._offset_before)
        out = sounds.out().view(-1)
        for block in blocks(jumps.shape[0]):
            some = jumps[block]
            row = cells.row.index_select(0, some)
            begin, old, new, unlike = (
                values.index_select(0, some) for values in (self._begin, self._offset_before, self._offset, 1 - self._likeness)
            )
            level = (1 - dip * unlike.float()[:, None]).sqrt_()
            last, after, lines = (
                values.index_select(0, row).long() for values in (sounds.before, sounds.after, sounds.lines_after)
            )
            top = sounds.tops.index_select(0, row).long()
            frame = torch.minimum(begin[:, None] + torch.arange(length, device=cells.device), after[:, None])
            for number, start in enumerate(sounds.channel_starts().index_select(0, row).unbind(1)):
                # Rows that would begin far outside are silent anyway.
                first, second = (
                    window.index_select(0, torch.minimum((begin + offset).clamp(min=-LINE), last) + start)
                    for offset in (old, new)
                )
                mixed = (second.sub_(first).mul_(weight)).add_(first).div_(level)
                channel = (top + number * (lines + 1) + 1) * LINE
                out.scatter_(0, (frame + channel[:, None]).flatten(), mixed.flatten())


def _at(values: Tensor, index: Tensor) -> Tensor:
    return values.index_select(0, index.flatten()).view(index.shape)
