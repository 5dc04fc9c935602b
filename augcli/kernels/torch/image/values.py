"""What changes values but moves no pixels, on any device, many images of any sizes at once: colour, noise, fill, blend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from augcli.core.primitives.image import Blend, ColourMatrix, Fill, NormalNoise
from augcli.core.primitives.layers import SO_FAR, Region
from augcli.kernels.shared.noise import halves_torch, key_words, normal_table, row_words_torch
from augcli.kernels.shared.resample import clipped, fill_levels, layer_program
from augcli.kernels.torch.batch.arena import Packed
from augcli.kernels.torch.batch.pixels import PixelLines, Stage, looked_up, numbered
from augcli.kernels.torch.batch.rounds import Chunk, ChunkPart, Extra, KernelStep, Size, Spot, StepColumns
from augcli.kernels.torch.batch.rows import Batch, BatchRow, StepsOf

from .warp import ImageKernel


@dataclass(frozen=True)
class ColourKernel(ImageKernel):
    """`M·x + N·mean + t`; means are exact."""

    needs_mean: bool

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: ColourMatrix = step.data
        if source.channels == 1:
            factor, mean_factor, shift = data.grey()
            return StepColumns((source.address,), (source.width,), (factor, source.full * shift, mean_factor))
        return StepColumns((source.address,), (source.width,), (*data.m, *[source.full * shift for shift in data.t], *data.n))

    def run(self, stage: Stage) -> None:
        colours = min(stage.channels, 3)
        matrix, shift = stage.values[: colours * colours], stage.values[colours * colours :][:colours]
        if self.needs_mean:
            means, factors = _means(stage), stage.values[colours * colours + colours :]
            for colour in range(colours):
                shift = shift + factors[colour::colours] * means[colour]
        factors32, shift32 = matrix.float(), shift.float()
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            pixels = stage.load(chunk, lines).float()
            m, t = lines.columns_of_pixel(factors32), lines.columns_of_pixel(shift32)
            result = torch.empty_like(pixels)
            for out in range(colours):
                value = pixels[0] * m[out * colours]
                for colour in range(1, colours):
                    value += pixels[colour] * m[out * colours + colour]
                result[out] = value + t[out]
            if stage.channels == 4:
                result[3] = pixels[3]
            stage.store_rounded(chunk, result)


def _means(stage: Stage) -> Tensor:
    """The mean colour of each row's image, float64 [colours, rows]; wholly clear pixels do not count."""
    channels = stage.channels
    sums = torch.zeros((channels + 1, stage.numbers.shape[1]), dtype=torch.int64, device=stage.device)
    for chunk in stage.chunks:
        lines = stage.lines(chunk)
        pixels = stage.load(chunk, lines)
        if channels == 4:
            pixels = pixels * (pixels[3:] > 0)
            seen = (pixels[3:] > 0).to(torch.uint8)
        else:
            seen = torch.ones_like(pixels[:1])
        # Running totals, read where parts end: exact, in the same order on every device, and without contention.
        totals = torch.cat([pixels, seen]).cumsum(1, dtype=torch.int64)
        part_pixels = lines.parts[2] * stage.numbers[0].index_select(0, lines.parts[0])
        ends = totals.index_select(1, part_pixels.cumsum(0, dtype=torch.int32) - 1)
        ends[:, 1:] -= ends[:, :-1].clone()
        sums.index_add_(1, lines.parts[0], ends)
    colours = min(channels, 3)
    return sums[:colours].double() / sums[channels].clamp(min=1).double()


def counted(
    stage: Stage,
    lines: PixelLines,
    column: int,
    channels: int,
    bits: Callable[[Tensor, Tensor, Tensor], Tensor] = halves_torch,
) -> Tensor:
    """Random bits as int32: of each (row, column, channel), or with no channels of each (row, column), as (…, pixels).

    `column` is that of the first of the two words of the key among the numbers.
    """
    low, high = stage.numbers[column], stage.numbers[column + 1]
    first, second = row_words_torch(lines.of_row(low), lines.of_row(high), lines.y)
    counter = lines.x[None]
    if channels:
        counter = counter * channels + numbered(channels, lines)
    return bits(lines.spread(first), lines.spread(second), counter)


@dataclass(frozen=True)
class NoiseKernel(ImageKernel):
    """Normal noise in whole levels, counted by (row, column, channel): the very bits of the CPU kernel."""

    table: Packed  # float32: the quantiles

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: NormalNoise = step.data
        return StepColumns((source.address,), (source.width, *key_words(data.key)), (data.amount * source.full,))

    def run(self, stage: Stage) -> None:
        colours = min(stage.channels, 3)
        table, amounts = self.table.view(stage.arena), stage.values[0].float()
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            levels = looked_up(table, counted(stage, lines, 1, colours))
            levels = (levels * lines.row_of_pixel(amounts)).round_().clamp_(-stage.full, stage.full)
            pixels = stage.load(chunk, lines)
            levels += pixels[:colours]
            noisy = stage.levels(levels.clamp_(0, stage.full))
            stage.store_colours(chunk, noisy, pixels)


@dataclass(frozen=True)
class FillKernel:
    """Rectangles in one colour each; of those that cover a pixel the last one counts."""

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        return StepColumns((source.address,), (source.width,))

    def extra(self, sources: Sequence[Spot], steps: Sequence[KernelStep], parts: Sequence[ChunkPart]) -> Extra:
        """int32 [8, rectangles]: first pixel within the chunk, width, height, width of the image, colour (4 levels)."""
        found: list[tuple[int, ...]] = []
        base = 0
        for row, part_top, lines in parts:
            source, data = sources[row], steps[row].data
            for region, colour in data.regions:
                left, top, right, bottom = clipped(region, source.width, source.height)
                top, bottom = max(top, part_top), min(bottom, part_top + lines)
                if left < right and top < bottom:
                    levels = fill_levels(colour, source.channels, source.full)
                    start = base + (top - part_top) * source.width + left
                    found.append((start, right - left, bottom - top, source.width, *levels, *[0] * (4 - len(levels))))
            base += lines * source.width
        found = found or [(0, 0, 0, 0, 0, 0, 0, 0)]
        lines, pixels = sum(each[2] for each in found), sum(each[1] * each[2] for each in found)
        return Extra(np.array(found, np.int32).T, lines, pixels)

    def run(self, stage: Stage) -> None:
        colours = min(stage.channels, 3)
        for chunk in stage.chunks:
            owner, regions = self.owners(stage, chunk)
            pixels = stage.load(chunk, stage.lines(chunk))
            colour = (owner - 1).clamp_(min=0)
            levels = torch.stack([looked_up(each, colour) for each in stage.levels(regions[4 : 4 + colours]).unbind(0)])
            filled = torch.where(owner > 0, levels, pixels[:colours])
            stage.store_colours(chunk, filled, pixels)

    @staticmethod
    def owners(stage: Stage, chunk: Chunk) -> tuple[Tensor, Tensor]:
        """For each pixel the number (from 1) of the rectangle that covers it, 0 for none; and the table of rectangles."""
        assert chunk.extra is not None
        regions = chunk.extra.view(stage.arena)
        start, width, height, stride = regions[:4].unbind(0)
        # The regions are a list of lines of their own: rows of it are regions, from their first line on.
        number = torch.arange(start.shape[0], dtype=torch.int32, device=stage.device)
        parts = torch.stack([number, torch.zeros_like(number), height])
        covered = PixelLines(parts, len(number), chunk.extra_lines, chunk.extra_pixels, width)
        where = covered.spread(covered.of_row(start) + covered.y * covered.of_row(stride)) + covered.x
        order = covered.row_of_pixel(number + 1).expand(chunk.extra_pixels)
        # The largest number wins, whichever is written first.
        owner = torch.zeros(chunk.pixels, dtype=torch.int32, device=stage.device)
        owner.scatter_reduce_(0, where.long(), order, "amax")
        return owner.view(stage.lines(chunk).shape), regions


class PlacedLayer(NamedTuple):
    """Where on the canvas a layer shows: `region` is covered by its image, from (left, top) of that one on."""

    weight: float
    region: Region
    left: int
    top: int


@dataclass(frozen=True)
class BlendKernel(ImageKernel):
    """Layers over an image; rows with equally many layers go together, where the same ones are laid by their alpha."""

    alphas: tuple[bool, ...]  # of each layer

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        placed: list[PlacedLayer] = step.data
        addresses, counts, weights = [source.address], [source.width], []
        for layer, chain in zip(placed, step.layers, strict=True):
            spot, (left, top, right, bottom) = chain.spot, layer.region
            begin = spot.address + (layer.top * spot.width + layer.left) * spot.channels
            addresses.append(begin)
            counts += [left, top, right, bottom, spot.width]
            weights.append(layer.weight)
        return StepColumns(addresses, counts, weights)

    def run(self, stage: Stage) -> None:
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            total = stage.load(chunk, lines).float()
            for layer, alpha in enumerate(self.alphas):
                left, top, right, bottom, stride = stage.numbers[1 + 5 * layer : 6 + 5 * layer].unbind(0)
                line_top, line_bottom = lines.of_row(top), lines.of_row(bottom)
                # Outside its region a layer weighs nothing, and is looked up at its nearest pixel.
                line_weight = lines.of_row(stage.values[layer].float()) * ((lines.y >= line_top) & (lines.y < line_bottom))
                from_left = lines.row_of_pixel(left)
                inside = (lines.x >= from_left) & (lines.x < lines.row_of_pixel(right))
                weight = lines.spread(line_weight) * inside
                column = torch.minimum((lines.x - from_left).clamp_(min=0), lines.row_of_pixel(right - left - 1))
                row = torch.minimum((lines.y - line_top).clamp_(min=0), line_bottom - line_top - 1)
                channels = 4 if alpha else stage.channels
                start = row * lines.of_row(stride) * channels + lines.of_row(stage.addresses[1 + layer])
                tap = stage.gather(column * channels + lines.spread(start), channels).float()
                total = _over(total, tap, weight, stage.full) if alpha else total * (1 - weight) + tap * weight
            stage.store_rounded(chunk, total)


def _over(below: Tensor, laid: Tensor, weight: Tensor, full: int) -> Tensor:
    """RGBA `laid` over colours or RGBA: those go towards it by its share in the alpha of the result."""
    share = laid[3] * (weight / full)
    if below.shape[0] < 4:
        return below + (laid[: below.shape[0]] - below) * share
    alpha = share + below[3] / full * (1 - share)
    share = share / torch.where(alpha > 0, alpha, 1.0)
    colours = below[:3] + (laid[:3] - below[:3]) * share
    return torch.cat([colours, alpha[None] * full])


def _noise_steps(batch: Batch, noise: NormalNoise, size: Size, so_far: BatchRow) -> list[KernelStep]:
    if noise.kind != "gaussian":
        raise ValueError(f"no such noise: {noise.kind}")
    return [KernelStep(NoiseKernel(batch.shared("normal", normal_table)), size, noise)]


def _blend_steps(batch: Batch, blend: Blend, size: Size, so_far: BatchRow) -> list[KernelStep]:
    """Plan the layers of a Blend, each on the region where it shows; layers that show nothing are skipped.

    A layer that begins with the image so far makes it again from its beginning.
    """
    placed, chains, alphas = [], [], []
    for layer in blend.layers:
        own = layer.partner == SO_FAR
        row = so_far if own else BatchRow(so_far.partners[layer.partner], (), so_far.partners)
        region = clipped(layer.region, *size)
        if not layer.program:
            spot = batch.spot(row.image)
            region = clipped(region, *(size if own else (spot.width, spot.height)))
        left, top, right, bottom = region
        if left == right or top == bottom:
            continue
        program = layer_program(layer, region) if layer.program else ()
        chains.append(batch.chain(row._replace(program=(*row.program, *program))))
        placed.append(PlacedLayer(layer.weight, region, *((0, 0) if layer.program else (left, top))))
        alphas.append(layer.alpha)
    return [KernelStep(BlendKernel(tuple(alphas)), size, placed, tuple(chains))]


STEPS: dict[type, StepsOf] = {
    ColourMatrix: lambda batch, matrix, size, so_far: [KernelStep(ColourKernel(matrix.needs_mean), size, matrix)],
    NormalNoise: _noise_steps,
    Fill: lambda batch, fill, size, so_far: [KernelStep(FillKernel(), size, fill)],
    Blend: _blend_steps,
}
