"""Noise that depends on the level, scattered pixels and rectangles of noise, on any device, many images at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from augcli.core.primitives.grain import FillNoise, LevelNoise, PhotonNoise, Scatter
from augcli.core.primitives.image import BLACK, Colour
from augcli.core.primitives.layers import Region
from augcli.kernels.shared.noise import key_words, normal_table, octets_torch
from augcli.kernels.shared.resample import fill_levels
from augcli.kernels.torch.batch.arena import Packed
from augcli.kernels.torch.batch.pixels import PixelLines, Stage, looked_up
from augcli.kernels.torch.batch.rounds import KernelStep, Size, Spot, StepColumns
from augcli.kernels.torch.batch.rows import Batch, BatchRow, StepsOf

from .values import FillKernel, counted
from .warp import ImageKernel


@dataclass(frozen=True)
class LevelNoiseKernel(ImageKernel):
    """The operations of the CPU kernel in the same order; a row's own primitive decides which kinds of noise it has."""

    table: Packed  # float32: the quantiles
    own: bool
    common: bool

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: LevelNoise = step.data
        words = *key_words(data.key), *key_words(data.key ^ 1)
        return StepColumns((source.address,), (source.width, *words), (data.own, data.common, *data.table(source.full)))

    def run(self, stage: Stage) -> None:
        colours = min(stage.channels, 3)
        own, common, growth = stage.values[0].float(), stage.values[1].float(), stage.values[2:].float()
        table = self.table.view(stage.arena)
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            pixels = stage.load(chunk, lines)
            change: Tensor | None = None
            if self.own:
                change = looked_up(table, counted(stage, lines, 1, colours)) * lines.row_of_pixel(own)
            if self.common:
                shared = looked_up(table, counted(stage, lines, 3, 0)) * lines.row_of_pixel(common)
                change = shared if change is None else change + shared
            if change is not None:
                change = (change * _of_levels(growth, pixels[:colours], stage, lines)).round_()
                noisy = stage.levels((change + pixels[:colours]).clamp_(0, stage.full))
                pixels = torch.cat([noisy, pixels[3:]]) if stage.channels == 4 else noisy
            stage.store(chunk, pixels)


@dataclass(frozen=True)
class PhotonNoiseKernel(ImageKernel):
    table: Packed  # float32: the quantiles

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: PhotonNoise = step.data
        middle, spread = data.tables(source.full)
        return StepColumns((source.address,), (source.width, *key_words(data.key)), (*middle, *spread))

    def run(self, stage: Stage) -> None:
        colours = min(stage.channels, 3)
        middle, spread = stage.values.float().chunk(2)
        table = self.table.view(stage.arena)
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            pixels = stage.load(chunk, lines)
            values = looked_up(table, counted(stage, lines, 1, colours))
            values *= _of_levels(spread, pixels[:colours], stage, lines)
            values += _of_levels(middle, pixels[:colours], stage, lines)
            noisy = stage.levels((values * values).round_().clamp_(0, stage.full))
            stage.store_colours(chunk, noisy, pixels)


@dataclass(frozen=True)
class ScatterKernel(ImageKernel):
    """Rows with equally many colours go together."""

    colours: int
    per_channel: bool

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: Scatter = step.data
        levels = [level for _, colour in data.colours for level in (*fill_levels(colour, source.channels, source.full), 0, 0)[:3]]
        return StepColumns((source.address,), (source.width, *key_words(data.key), *data.limits(), *levels))

    def run(self, stage: Stage) -> None:
        channels = min(stage.channels, 3)
        limits = stage.numbers[3 : 3 + self.colours]
        levels = stage.levels(stage.numbers[3 + self.colours :]).view(self.colours, 3, -1)
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            pixels = stage.load(chunk, lines)
            bits = counted(stage, lines, 1, channels if self.per_channel else 0)
            found = pixels[:channels]
            for number in reversed(range(self.colours)):
                shade = lines.columns_of_pixel(levels[number, :channels])
                found = torch.where(bits < lines.row_of_pixel(limits[number]), shade, found)
            stage.store_colours(chunk, found, pixels)


class NoisyRegions(NamedTuple):
    """A FillNoise as FillKernel takes regions."""

    regions: tuple[tuple[Region, Colour], ...]
    key: int


@dataclass(frozen=True)
class FillNoiseKernel(FillKernel):
    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        return StepColumns((source.address,), (source.width, *key_words(step.data.key)))

    def run(self, stage: Stage) -> None:
        colours = min(stage.channels, 3)
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            owner, _ = self.owners(stage, chunk)
            pixels = stage.load(chunk, lines)
            levels = stage.levels(counted(stage, lines, 1, colours, octets_torch) * (stage.full // 255))
            filled = torch.where(owner > 0, levels, pixels[:colours])
            stage.store_colours(chunk, filled, pixels)


def _of_levels(tables: Tensor, pixels: Tensor, stage: Stage, lines: PixelLines) -> Tensor:
    """What the rows' tables [levels, rows] say of these levels."""
    rows = stage.numbers.shape[1]
    number = lines.row_of_pixel(torch.arange(rows, dtype=torch.int32, device=stage.device))
    return looked_up(tables.reshape(-1), pixels.to(torch.int32) * rows + number)


def level_noise_steps(batch: Batch, noise: LevelNoise, size: Size, so_far: BatchRow) -> list[KernelStep]:
    kernel = LevelNoiseKernel(batch.shared("normal", normal_table), bool(noise.own), bool(noise.common))
    return [KernelStep(kernel, size, noise)]


STEPS: dict[type, StepsOf] = {
    LevelNoise: level_noise_steps,
    PhotonNoise: lambda batch, noise, size, so_far: [
        KernelStep(PhotonNoiseKernel(batch.shared("normal", normal_table)), size, noise)
    ],
    Scatter: lambda batch, said, size, so_far: [KernelStep(ScatterKernel(len(said.colours), said.per_channel), size, said)],
    FillNoise: lambda batch, said, size, so_far: [
        KernelStep(FillNoiseKernel(), size, NoisyRegions(tuple([(region, BLACK) for region in said.regions]), said.key))
    ],
}
