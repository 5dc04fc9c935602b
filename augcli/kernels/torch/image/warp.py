"""Warps on any device, many images of any sizes at once: exact index operations, block averages, samplings.

Taps are gathered by explicit source indices; coordinates of a line's start are worked out in float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from augcli.core.primitives.image import Warp
from augcli.kernels.shared.resample import Reduce, Reindex, Resample, fill_levels, lower_warp
from augcli.kernels.torch.batch.pixels import Axis, PixelLines, Stage
from augcli.kernels.torch.batch.rounds import ChunkPart, Kernel, KernelStep, Spot, StepColumns
from augcli.kernels.torch.batch.rows import StepsOf

_FAR = 2.0**40  # positions near a horizon are held to this many pixels, so that they stay numbers
_FAR32 = 2.0**22  # in float32, pixels can still be told apart here


class ImageKernel:
    """A kernel that needs to know no more of a chunk than its parts."""

    def extra(self, sources: Sequence[Spot], steps: Sequence[KernelStep], parts: Sequence[ChunkPart]) -> None:
        return None


@dataclass(frozen=True)
class ReindexKernel(ImageKernel):
    """Flips, quarter turns, whole-pixel crops."""

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: Reindex = step.data
        start = source.address + data.start * source.channels
        return StepColumns((start,), (step.size[0], data.along_x * source.channels, data.along_y * source.channels))

    def run(self, stage: Stage) -> None:
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            start = lines.y * lines.of_row(stage.numbers[2]) + lines.of_row(stage.addresses[0])
            address = lines.x * lines.row_of_pixel(stage.numbers[1]) + lines.spread(start)
            stage.store(chunk, stage.gather(address, stage.channels))


@dataclass(frozen=True)
class ReduceKernel(ImageKernel):
    """Averages of blocks of at most kx × ky pixels; which rows share a kernel depends on their own factors alone."""

    kx: int
    ky: int

    @classmethod
    def of(cls, data: Reduce) -> ReduceKernel:
        # Rounded up to even numbers beyond 4, so that nearby factors go together.
        return cls(*(k if k <= 4 else k + k % 2 for k in (data.kx, data.ky)))

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: Reduce = step.data
        left, top = data.part[:2]
        counts = (step.size[0], source.width, source.height, data.kx, data.ky, left * data.kx, top * data.ky)
        return StepColumns((source.address,), counts)

    def run(self, stage: Stage) -> None:
        _, width, height, kx, ky, left, top = stage.numbers.unbind(0)
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            row_kx, row_ky = lines.row_of_pixel(kx), lines.of_row(ky)
            x = lines.x * row_kx + lines.row_of_pixel(left)
            y = lines.y * row_ky + lines.of_row(top)
            last_x, last_y = lines.row_of_pixel(width - 1), lines.of_row(height - 1)
            line_bytes = lines.of_row(width) * stage.channels
            premultiply = stage.channels == 4
            shape, number = (stage.channels, *lines.shape), torch.int64 if premultiply else torch.int32
            sums = torch.zeros(shape, dtype=number, device=stage.device)
            for down in range(self.ky):
                # Taps beyond the row's own block are looked up in its last pixel and count nothing.
                line = torch.minimum(y + torch.clamp(row_ky - 1, max=down), last_y) * line_bytes
                start = lines.spread(line + lines.of_row(stage.addresses[0]))
                counts_y = lines.spread((row_ky > down).int())
                for along in range(self.kx):
                    column = torch.minimum(x + torch.clamp(row_kx - 1, max=along), last_x)
                    tap = stage.gather(column * stage.channels + start, stage.channels).to(number)
                    if premultiply:
                        tap[:3] *= tap[3]
                    sums += tap * ((row_kx > along).int() * counts_y)
            stage.store(chunk, stage.levels(_block_means(sums, row_kx * lines.spread(row_ky))))


def _block_means(sums: Tensor, area: Tensor) -> Tensor:
    """Means with halves rounded up; RGBA sums hold alpha-weighted colours. Quotients in float64 are exact here."""
    if sums.shape[0] != 4:
        return _divided_up(sums, area)
    alpha = _divided_up(sums[3], area)
    colours = _divided_up(sums[:3], sums[3].clamp(min=1)) * (alpha > 0)
    return torch.cat([colours, alpha[None]])


def _divided_up(sums: Tensor, count: Tensor) -> Tensor:
    return ((sums * 2 + count).double() / (count * 2).double()).floor_()


@dataclass(frozen=True)
class NearestKernel(ImageKernel):
    """The pixel in which a position lies; float64, in the order of operations of the CPU kernel."""

    border: str

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: Resample = step.data
        counts = (step.size[0], source.width, source.height, *fill_levels(data.fill, source.channels, source.full))
        return StepColumns((source.address,), counts, data.back)

    def run(self, stage: Stage) -> None:
        a, b, c, d, e, f, g, h, i = stage.values.unbind(0)
        width, height = stage.numbers[1], stage.numbers[2]
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            x, y = lines.x.double() + 0.5, lines.y.double() + 0.5
            w = _along(lines, g, x, h, y, i)
            w = torch.where(w.abs() < 1e-300, 1e-300, w)
            column, row = _along(lines, a, x, b, y, c) / w, _along(lines, d, x, e, y, f) / w
            row_width, row_height = lines.row_of_pixel(width.double()), lines.row_of_pixel(height.double())
            (column, outside_x), (row, outside_y) = (
                _bordered64(position, length, self.border) for position, length in ((column, row_width), (row, row_height))
            )
            address = row.int() * lines.row_of_pixel(width * stage.channels) + column.int() * stage.channels
            taps = stage.gather(address + lines.row_of_pixel(stage.addresses[0]), stage.channels)
            if self.border == "constant":
                fill = lines.columns_of_pixel(stage.levels(stage.numbers[3:]))
                taps = torch.where(outside_x | outside_y, fill, taps)
            stage.store(chunk, taps)


def _along(lines: PixelLines, p: Tensor, x: Tensor, q: Tensor, y: Tensor, r: Tensor) -> Tensor:
    """p·x + (q·y + r) for every pixel."""
    return x * lines.row_of_pixel(p) + lines.spread(y * lines.of_row(q) + lines.of_row(r))


def _bordered64(position: Tensor, length: Tensor, border: str) -> tuple[Tensor, Tensor]:
    """The index (as float64) for a position along an axis, and whether the position is outside."""
    index = position.clamp(-_FAR, _FAR).floor_()
    outside = (index < 0) | (index > length - 1)
    if border == "reflect":
        period = ((length - 1) * 2).clamp(min=1)
        index = index.abs()
        index = index - (index / period).floor_() * period
        index = torch.minimum(index, period - index)
    return index.clamp(min=0).minimum(length - 1), outside


@dataclass(frozen=True)
class BilinearKernel(ImageKernel):
    """Bilinear sampling of the four pixels around a position; colours of RGBA count by their alpha."""

    border: str
    projective: bool

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: Resample = step.data
        fill = fill_levels(data.fill, source.channels, source.full)
        return StepColumns((source.address,), (step.size[0], source.width, source.height), (*data.back, *fill))

    def run(self, stage: Stage) -> None:
        channels = stage.channels
        width, height = stage.numbers[1], stage.numbers[2]
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            u, v = self._positions(stage, lines)
            column0, column1, weight_x0, weight_x1 = self._taps(u, Axis(lines.row_of_pixel, width))
            row0, row1, weight_y0, weight_y1 = self._taps(v, Axis(lines.row_of_pixel, height))
            line_bytes, start = lines.row_of_pixel(width * channels), lines.row_of_pixel(stage.addresses[0])
            row0, row1 = (row.int() * line_bytes + start for row in (row0, row1))
            column0, column1 = (column.int() * channels for column in (column0, column1))
            total: Tensor | None = None
            for row, weight_y in ((row0, weight_y0), (row1, weight_y1)):
                for column, weight_x in ((column0, weight_x0), (column1, weight_x1)):
                    tap = _weighted(stage.gather(row + column, channels, torch.float32), weight_y * weight_x)
                    total = tap if total is None else total.add_(tap)
            assert total is not None
            if self.border == "constant":  # what is missing of the weights is the fill's
                fill = lines.columns_of_pixel(stage.values[9:].float()).expand(channels, *lines.shape).clone()
                total += _weighted(fill, 1 - (weight_x0 + weight_x1) * (weight_y0 + weight_y1))
            stage.store_rounded(chunk, _unmultiplied(total) if channels == 4 else total)

    def _positions(self, stage: Stage, lines: PixelLines) -> tuple[Tensor, Tensor]:
        """Where each pixel samples, counted from the centre of the source's first pixel (float32)."""
        x, y = lines.x.float(), lines.y.double() + 0.5

        def along(p: Tensor, q: Tensor, r: Tensor, shift: float) -> Tensor:
            start = y * lines.of_row(q) + (lines.of_row(r) + lines.of_row(p) * 0.5 + shift)
            return x * lines.row_of_pixel(p.float()) + lines.spread(start.float())

        a, b, c, d, e, f, g, h, i = stage.values[:9].unbind(0)
        if not self.projective:
            return along(a, b, c, -0.5), along(d, e, f, -0.5)
        w = along(g, h, i, 0.0)
        w = torch.where(w.abs() < 1e-12, 1e-12, w)
        u, v = (along(*of, 0.0) / w - 0.5 for of in ((a, b, c), (d, e, f)))
        return u.clamp_(-_FAR32, _FAR32), v.clamp_(-_FAR32, _FAR32)

    def _taps(self, position: Tensor, axis: Axis) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The two taps along an axis, as whole float32 inside it, and their weights."""
        first = position.floor()
        weight = position - first
        if self.border == "reflect":
            mirrored0, mirrored1 = axis.mirrored(first, 2)
            return mirrored0, mirrored1, 1 - weight, weight
        second = first + 1
        inside0, inside1 = axis.inside(first), axis.inside(second)
        if self.border == "constant":
            # 1.0 or 0.0 rather than a bool: on a CPU, comparisons that give bools are not vectorised.
            within0, within1 = torch.eq(inside0, first, out=first), torch.eq(inside1, second, out=second)
            return inside0, inside1, (1 - weight) * within0, weight * within1
        return inside0, inside1, 1 - weight, weight


def _weighted(tap: Tensor, weight: Tensor) -> Tensor:
    """weight·tap; of RGBA, colours are weighted by alpha as well. Overwrites `tap`."""
    if tap.shape[0] == 4:
        tap[3] *= weight
        tap[:3] *= tap[3]
    else:
        tap *= weight
    return tap


def _unmultiplied(total: Tensor) -> Tensor:
    """RGBA from alpha-weighted colours and alpha; black where alpha rounds to 0."""
    alpha = total[3].clone()
    total[:3] /= torch.where(alpha > 0, alpha, 1.0)
    total[:3] *= alpha.round() > 0
    return total


def _kernel_of(step: Reindex | Reduce | Resample) -> Kernel:
    if isinstance(step, Reindex):
        return ReindexKernel()
    if isinstance(step, Reduce):
        return ReduceKernel.of(step)
    return NearestKernel(step.border) if step.nearest else BilinearKernel(step.border, step.projective)


STEPS: dict[type, StepsOf] = {
    Warp: lambda batch, warp, size, so_far: [KernelStep(_kernel_of(step), step.size, step) for step in lower_warp(warp, *size)]
}
