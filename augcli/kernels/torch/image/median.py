"""Medians of squares on any device, many images of any sizes at once, by a network of minima and maxima."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from augcli.kernels.shared.median_network import Network
from augcli.kernels.torch.batch.pixels import PixelLines, Stage
from augcli.kernels.torch.batch.rounds import ChunkPart, Extra, KernelStep, Spot, StepColumns

_NETWORK = Network(torch.minimum, torch.maximum)


@dataclass(frozen=True)
class MedianKernel:
    radius: int

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        return StepColumns((source.address,), (source.width, source.height))

    def extra(self, sources: Sequence[Spot], steps: Sequence[KernelStep], parts: Sequence[ChunkPart]) -> Extra:
        """The lines of the chunk, longer by the radius at both ends."""
        pixels = sum(lines * (sources[row].width + 2 * self.radius) for row, _, lines in parts)
        return Extra(np.array(parts, np.int32).T, sum(lines for _, _, lines in parts), pixels)

    def run(self, stage: Stage) -> None:
        width, height = stage.numbers[0], stage.numbers[1]
        edge = 2 * self.radius + 1
        for chunk in stage.chunks:
            assert chunk.extra is not None
            parts = chunk.extra.view(stage.arena)
            longer = PixelLines(parts, chunk.part_count, chunk.extra_lines, chunk.extra_pixels, width + 2 * self.radius)
            column = torch.minimum((longer.x - self.radius).clamp_(min=0), longer.row_of_pixel(width - 1)) * stage.channels
            last, stride = longer.of_row(height - 1), longer.of_row(width) * stage.channels
            start = longer.of_row(stage.addresses[0])
            rows = []
            for row in range(edge):
                line = torch.minimum((longer.y + (row - self.radius)).clamp_(min=0), last) * stride + start
                rows.append(stage.gather(column + longer.spread(line), stage.channels))
            _NETWORK.sort(rows)
            # Columns of the squares are the same list, shifted; the last 2·radius pixels of each line are meaningless.
            count = longer.pixels - 2 * self.radius
            found = _NETWORK.middle([[row[:, k : k + count] for row in rows] for k in range(edge)])
            lines = stage.lines(chunk)
            line = torch.arange(chunk.lines, dtype=torch.int32, device=stage.device) * (2 * self.radius)
            index = torch.arange(chunk.pixels, dtype=torch.int32, device=stage.device) + lines.spread(line)
            stage.store(chunk, found.index_select(1, index))
