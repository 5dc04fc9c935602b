"""Separable convolutions on any device, many images of any sizes and radii at once: rows first, then columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from augcli.core.primitives.image import Filter
from augcli.kernels.torch.batch.pixels import Axis, PixelLines, Stage
from augcli.kernels.torch.batch.rounds import Chunk, ChunkPart, Extra, KernelStep, Spot, StepColumns
from augcli.kernels.torch.batch.rows import StepsOf


@dataclass(frozen=True)
class FilterKernel:
    """At most `radius_x` and `radius_y` taps to each side; which rows share a kernel depends only on their own taps."""

    radius_x: int
    radius_y: int

    @classmethod
    def of(cls, data: Filter) -> FilterKernel:
        return cls(bucket(len(data.taps_x) // 2), bucket(len(data.taps_y) // 2))

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: Filter = step.data
        taps = centred(data.taps_x, self.radius_x) + centred(data.taps_y, self.radius_y)
        return StepColumns((source.address,), (source.width, source.height), taps)

    def extra(self, sources: Sequence[Spot], steps: Sequence[KernelStep], parts: Sequence[ChunkPart]) -> Extra:
        """Which lines the columns of a chunk reach: int32 [3, parts] (row, first line, lines)."""
        reach = []
        for row, top, lines in parts:
            first, stop = max(0, top - self.radius_y), min(sources[row].height, top + lines + self.radius_y)
            reach.append((row, first, stop - first))
        pixels = sum(lines * (sources[row].width + 2 * self.radius_x) for row, _, lines in reach)
        return Extra(np.array(reach, np.int32).T, sum(lines for _, _, lines in reach), pixels)

    def run(self, stage: Stage) -> None:
        width, height = stage.numbers[0], stage.numbers[1]
        taps = stage.values.float()
        taps_x, taps_y = taps[: 2 * self.radius_x + 1], taps[2 * self.radius_x + 1 :]
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            assert chunk.extra is not None
            reach = chunk.extra.view(stage.arena)
            pitch = width + 2 * self.radius_x
            across = PixelLines(reach, chunk.part_count, chunk.extra_lines, chunk.extra_pixels, pitch)
            filtered = self._rows(stage, across, taps_x)
            # Where each part begins among these lines and their pixels.
            part_pixels = reach[2] * pitch.index_select(0, reach[0])
            start = lines.of_part(part_pixels.cumsum(0, dtype=torch.int32) - part_pixels)
            first, line_pitch = lines.of_part(reach[1]), lines.of_row(pitch)
            rows = Axis(lines.of_row, height)
            total = torch.zeros((stage.channels, *lines.shape), dtype=torch.float32, device=stage.device)
            for tap in range(2 * self.radius_y + 1):
                row = rows.mirrored((lines.y + (tap - self.radius_y)).float())[0].int()
                index = lines.spread((row - first) * line_pitch + start) + lines.x
                values = torch.stack([filtered[channel].index_select(0, index) for channel in range(stage.channels)])
                total += values.mul_(lines.row_of_pixel(taps_y[tap]))
            stage.store_rounded(chunk, self.finished(stage, chunk, lines, total))

    def finished(self, stage: Stage, chunk: Chunk, lines: PixelLines, filtered: Tensor) -> Tensor:
        """What is written, given the filtered values (float32, not rounded yet)."""
        return filtered

    def _rows(self, stage: Stage, across: PixelLines, taps: Tensor) -> Tensor:
        """The lines with `taps` along them, as float32 (channels, pixels); each ends in 2·radius_x pixels of no meaning.

        The lines are gathered with their mirrored ends, so that each tap is the same list, shifted.
        """
        column = Axis(across.row_of_pixel, stage.numbers[0]).mirrored((across.x - self.radius_x).float())[0].int()
        line = across.y * across.of_row(stage.numbers[0]) * stage.channels + across.of_row(stage.addresses[0])
        pixels = stage.gather(column * stage.channels + across.spread(line), stage.channels).float()
        if not self.radius_x:
            return pixels * across.row_of_pixel(taps[0])
        count = across.pixels - 2 * self.radius_x
        total = torch.zeros((stage.channels, count), dtype=torch.float32, device=stage.device)
        for tap in range(2 * self.radius_x + 1):
            weight = across.row_of_pixel(taps[tap])
            total += pixels[:, tap : tap + count] * weight[:count]
        return total


def bucket(radius: int) -> int:
    """Round radii up to one of a few values, so that rows can share a kernel."""
    if radius <= 4:
        return radius
    step = 2 if radius <= 12 else 4 if radius <= 32 else 8
    return -(-radius // step) * step


def centred(taps: Sequence[float], radius: int) -> list[float]:
    missing = radius - len(taps) // 2
    return [0.0] * missing + list(taps) + [0.0] * missing


STEPS: dict[type, StepsOf] = {
    Filter: lambda batch, said, size, so_far: [KernelStep(FilterKernel.of(said), size, said)],
}
