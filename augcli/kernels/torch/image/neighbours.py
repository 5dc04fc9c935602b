"""Filters, medians, zooms and shuffles of neighbouring pixels on any device, many images of any sizes at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from augcli.core.primitives.neighbours import Feather, Filter2D, Median, Spread, Unsharp, ZoomMean
from augcli.kernels.shared.noise import key_words
from augcli.kernels.torch.batch.pixels import Axis, PixelLines, Stage
from augcli.kernels.torch.batch.rounds import Chunk, ChunkPart, Extra, KernelStep, Spot, StepColumns
from augcli.kernels.torch.batch.rows import StepsOf

from .convolution import FilterKernel, bucket, centred
from .median import MedianKernel
from .values import counted
from .warp import ImageKernel


@dataclass(frozen=True)
class Filter2DKernel:
    """At most so many taps, at most so far to each side; which rows share a kernel depends on their own taps alone.

    The lines of a chunk are gathered with their neighbours and their mirrored ends, so that each tap is that list, shifted.
    """

    across: int
    down: int
    taps: int
    keep: bool
    colours_only: bool

    @classmethod
    def of(cls, data: Filter2D) -> Filter2DKernel:
        left, up, right, down = data.reach()
        return cls(
            bucket(max(left, right)), bucket(max(up, down)), _count(len(data.taps)), data.border == "keep", data.colours_only
        )

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: Filter2D = step.data
        pitch, missing = source.width + 2 * self.across, [0] * (self.taps - len(data.taps))
        offsets = [dy * pitch + dx for dx, dy, _ in data.taps] + missing
        reach = data.reach() if self.keep else ()
        weights = [weight for _, _, weight in data.taps] + missing
        return StepColumns((source.address,), (source.width, source.height, *reach, *offsets), weights)

    def extra(self, sources: Sequence[Spot], steps: Sequence[KernelStep], parts: Sequence[ChunkPart]) -> Extra:
        """Which lines the taps of a chunk reach, those outside of the images too: int32 [3, parts]."""
        reach = np.array([(row, top - self.down, lines + 2 * self.down) for row, top, lines in parts], np.int32)
        pixels = sum(int(lines) * (sources[row].width + 2 * self.across) for row, _, lines in reach)
        return Extra(reach.T, int(reach[:, 2].sum()), pixels)

    def run(self, stage: Stage) -> None:
        width, height = stage.numbers[0], stage.numbers[1]
        channels = min(stage.channels, 3) if self.colours_only else stage.channels
        offsets, weights = stage.numbers[-self.taps :], stage.values.float()
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            values, base = self._around(stage, chunk, channels)
            total = torch.zeros((channels, *lines.shape), dtype=torch.float32, device=stage.device)
            for tap in range(self.taps):
                index = base + lines.row_of_pixel(offsets[tap])
                weight = lines.row_of_pixel(weights[tap])
                for channel in range(channels):
                    total[channel] += values[channel].index_select(0, index) * weight
            if self.keep or channels < stage.channels:
                pixels = stage.load(chunk, lines)
                if self.keep:
                    left, up, right, down = stage.numbers[2:6].unbind(0)
                    inside_y = (lines.y >= lines.of_row(up)) & (lines.y < lines.of_row(height - down))
                    inside_x = (lines.x >= lines.row_of_pixel(left)) & (lines.x < lines.row_of_pixel(width - right))
                    total = torch.where(inside_x & lines.spread(inside_y), total, pixels[:channels])
                total = torch.cat([total, pixels[channels:]])
            stage.store_rounded(chunk, total)

    def _around(self, stage: Stage, chunk: Chunk, channels: int) -> tuple[Tensor, Tensor]:
        """The lines around a chunk with their mirrored ends (uint8), and where in them its pixels are."""
        assert chunk.extra is not None
        width, height = stage.numbers[0], stage.numbers[1]
        reach = chunk.extra.view(stage.arena)
        pitch = width + 2 * self.across
        around = PixelLines(reach, chunk.part_count, chunk.extra_lines, chunk.extra_pixels, pitch)
        row = Axis(around.of_row, height).mirrored(around.y.float())[0].int()
        column = Axis(around.row_of_pixel, width).mirrored((around.x - self.across).float())[0].int()
        line = row * around.of_row(width) * stage.channels + around.of_row(stage.addresses[0])
        values = stage.gather(column * stage.channels + around.spread(line), channels)
        lines = stage.lines(chunk)
        part_pixels = reach[2] * pitch.index_select(0, reach[0])
        start = lines.of_part(part_pixels.cumsum(0, dtype=torch.int32) - part_pixels)
        line = (lines.y - lines.of_part(reach[1])) * lines.of_row(pitch) + start
        return values, lines.spread(line) + (lines.x + self.across)


def _count(taps: int) -> int:
    """Round the number of taps up to one of a few values, so that rows can share a kernel."""
    step = 4 if taps <= 32 else 16 if taps <= 128 else 64
    return -(-taps // step) * step


@dataclass(frozen=True)
class UnsharpKernel(FilterKernel):
    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: Unsharp = step.data
        taps = centred(data.taps, self.radius_x)
        values = [*taps, *taps, data.amount, data.threshold * source.full / 255]
        return StepColumns((source.address,), (source.width, source.height), values)

    def finished(self, stage: Stage, chunk: Chunk, lines: PixelLines, filtered: Tensor) -> Tensor:
        amount, threshold = (lines.row_of_pixel(value.float()) for value in stage.values[-2:])
        colours = min(stage.channels, 3)
        pixels = stage.load(chunk, lines)
        detail = pixels[:colours] - filtered[:colours]
        detail -= torch.minimum(torch.maximum(detail, -threshold), threshold)
        sharp = pixels[:colours] + detail * amount
        return torch.cat([sharp, pixels[3:]]) if stage.channels == 4 else sharp


@dataclass(frozen=True)
class FeatherKernel(FilterKernel):
    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: Feather = step.data
        count = 2 * data.radius + 1
        taps = centred((1 / count,) * count, self.radius_x)
        return StepColumns((source.address,), (source.width, source.height), [*taps, *taps])

    def finished(self, stage: Stage, chunk: Chunk, lines: PixelLines, filtered: Tensor) -> Tensor:
        pixels = stage.load(chunk, lines).float()
        alpha, mean = pixels[3:], filtered[3:]
        alpha.copy_(torch.minimum(alpha, mean * 2 - stage.full))  # there is none in images without alpha
        return pixels


@dataclass(frozen=True)
class ZoomBlurKernel(ImageKernel):
    """At most this many steps; those beyond a row's own have no effect."""

    steps: int

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: ZoomMean = step.data
        cuts = data.cuts(source.width, source.height)
        cuts += cuts[:1] * (self.steps - data.steps)
        across, down = [x for x, _ in cuts], [y for _, y in cuts]
        ratios = [1 - 2 * x / source.width for x in across] + [1 - 2 * y / source.height for y in down]
        counts = (source.width, source.height, data.steps, *across, *down)
        return StepColumns((source.address,), counts, [1 / data.steps, *ratios])

    def run(self, stage: Stage) -> None:
        width, height, steps = stage.numbers[:3].unbind(0)
        across, down = stage.numbers[3 : 3 + self.steps], stage.numbers[3 + self.steps :]
        values = stage.values.float()
        share, across_ratio, down_ratio = values[0], values[1 : 1 + self.steps], values[1 + self.steps :]
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            x, y = lines.x + 0.5, lines.y + 0.5
            start, stride = lines.of_row(stage.addresses[0]), lines.of_row(width) * stage.channels
            total = torch.zeros((stage.channels, *lines.shape), dtype=torch.float32, device=stage.device)
            for step in range(self.steps):
                left, right, part_x = _between(x, across[step], across_ratio[step], width, lines.row_of_pixel)
                upper, lower, part_y = _between(y, down[step], down_ratio[step], height, lines.of_row)
                counts = lines.of_row((steps > step).float())
                for row, weight_y in ((upper, (1 - part_y) * counts), (lower, part_y * counts)):
                    line, weight_y = lines.spread(row * stride + start), lines.spread(weight_y)
                    for column, weight_x in ((left, 1 - part_x), (right, part_x)):
                        total += stage.gather(column * stage.channels + line, stage.channels).float().mul_(weight_x * weight_y)
            stage.store_rounded(chunk, total * lines.row_of_pixel(share))


def _between(
    position: Tensor, cut: Tensor, ratio: Tensor, length: Tensor, of: Callable[[Tensor], Tensor]
) -> tuple[Tensor, Tensor, Tensor]:
    """The two pixels (int32) beside a position of an enlarged part, and how far it is from the first to the second."""
    low, high = of(cut), of(length - 1 - cut)
    place = position * of(ratio) - 0.5
    first = place.floor()
    part = place - first
    first = first.int() + low
    return torch.maximum(first, low), torch.minimum(first + 1, high), part


@dataclass(frozen=True)
class SpreadKernel(ImageKernel):
    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: Spread = step.data
        return StepColumns((source.address,), (source.width, source.height, data.radius, *key_words(data.key)))

    def run(self, stage: Stage) -> None:
        width, height, radius = stage.numbers[:3].unbind(0)
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            bits = counted(stage, lines, 3, 0)[0]
            side, reach = lines.row_of_pixel(radius * 2 + 1), lines.row_of_pixel(radius)
            column = lines.x + (((bits & 255) * side) >> 8) - reach
            row = lines.spread(lines.y) + (((bits >> 8) * side) >> 8) - reach
            column = torch.minimum(column.clamp_(min=0), lines.row_of_pixel(width - 1))
            row = torch.minimum(row.clamp_(min=0), lines.row_of_pixel(height - 1))
            address = (row * lines.row_of_pixel(width) + column) * stage.channels
            stage.store(chunk, stage.gather(address + lines.row_of_pixel(stage.addresses[0]), stage.channels))


STEPS: dict[type, StepsOf] = {
    Filter2D: lambda batch, said, size, so_far: [KernelStep(Filter2DKernel.of(said), size, said)],
    Unsharp: lambda batch, said, size, so_far: [KernelStep(UnsharpKernel(*[bucket(len(said.taps) // 2)] * 2), size, said)],
    Median: lambda batch, said, size, so_far: [KernelStep(MedianKernel(said.radius), size, said)],
    ZoomMean: lambda batch, said, size, so_far: [KernelStep(ZoomBlurKernel(-(-said.steps // 4) * 4), size, said)],
    Feather: lambda batch, said, size, so_far: [KernelStep(FeatherKernel(*[bucket(said.radius)] * 2), size, said)],
    Spread: lambda batch, said, size, so_far: [KernelStep(SpreadKernel(), size, said)],
}
