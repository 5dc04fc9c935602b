"""Contrast-limited adaptive histogram equalisation on any device, many images of any sizes at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from augcli.core.primitives.tone import LocalContrast
from augcli.kernels.shared.depth import EIGHT
from augcli.kernels.torch.batch.pixels import Axis, PixelLines, Stage, looked_up
from augcli.kernels.torch.batch.rounds import ChunkPart, Extra, KernelStep, Spot, StepColumns


@dataclass(frozen=True)
class LocalContrastKernel:
    """Histograms of tiles by whole numbers, cut off, summed to tables; each pixel goes through those of four tiles."""

    tiles_x: int
    tiles_y: int

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: LocalContrast = step.data
        width, height = self._tile(source)
        limit = max(1, int(data.clip * (width * height) / 256))
        return StepColumns((source.address,), (source.width, source.height, width, height, limit))

    def _tile(self, source: Spot) -> tuple[int, int]:
        """The size of a tile. If either side is not a multiple, both are extended to the next one, as in OpenCV."""
        if source.width % self.tiles_x == 0 and source.height % self.tiles_y == 0:
            return source.width // self.tiles_x, source.height // self.tiles_y
        return source.width // self.tiles_x + 1, source.height // self.tiles_y + 1

    def extra(self, sources: Sequence[Spot], steps: Sequence[KernelStep], parts: Sequence[ChunkPart]) -> Extra:
        """Which lines of the tiled canvas go with a chunk: int32 [3, parts] (row, first line, lines)."""
        reach = []
        pixels = 0
        for row, top, lines in parts:
            source = sources[row]
            width, height = self._tile(source)
            stop = top + lines if top + lines < source.height else height * self.tiles_y
            reach.append((row, top, stop - top))
            pixels += (stop - top) * width * self.tiles_x
        return Extra(np.array(reach, np.int32).T, sum(lines for _, _, lines in reach), pixels)

    def run(self, stage: Stage) -> None:
        tables = self._tables(stage, self._histograms(stage))
        _, _, width, height, _ = stage.numbers.unbind(0)
        inverse_x, inverse_y = 1 / width.float(), 1 / height.float()
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            pixels = stage.load(chunk, lines)
            luma = _luma(pixels)
            left, right, weight_x = _neighbours(lines.x, lines.row_of_pixel(inverse_x), self.tiles_x)
            upper, lower, weight_y = _neighbours(lines.y, lines.of_row(inverse_y), self.tiles_y)
            upper, lower = (lines.spread((lines.row * self.tiles_y + tile) * self.tiles_x) for tile in (upper, lower))
            weight_y = lines.spread(weight_y)
            both = []
            for tile_y in (upper, lower):
                one, other = (_mapped(tables, tile_y + tile_x, luma, stage.full) for tile_x in (left, right))
                both.append(one * (1 - weight_x) + other * weight_x)
            better = (both[0] * (1 - weight_y) + both[1] * weight_y).round_().to(torch.int32)
            result = pixels.to(torch.int32)
            result[:3] += better - luma
            stage.store(chunk, stage.levels(result.clamp_(0, stage.full)))

    def _histograms(self, stage: Stage) -> Tensor:
        """int32 [rows · tiles, 256]."""
        _, width, height = stage.numbers[0], stage.numbers[0], stage.numbers[1]
        tile_width, tile_height = stage.numbers[2], stage.numbers[3]
        rows = stage.numbers.shape[1]
        counts = torch.zeros(rows * self.tiles_x * self.tiles_y * 256, dtype=torch.int32, device=stage.device)
        for chunk in stage.chunks:
            assert chunk.extra is not None
            parts = chunk.extra.view(stage.arena)
            canvas = PixelLines(parts, chunk.part_count, chunk.extra_lines, chunk.extra_pixels, tile_width * self.tiles_x)
            column = Axis(canvas.row_of_pixel, width).mirrored(canvas.x.float())[0].int()
            line = Axis(canvas.of_row, height).mirrored(canvas.y.float())[0].int()
            start = line * canvas.of_row(width) * stage.channels + canvas.of_row(stage.addresses[0])
            luma = _luma(stage.gather(column * stage.channels + canvas.spread(start), stage.channels))
            if stage.full != EIGHT:
                luma = torch.div(luma + 128, 257, rounding_mode="trunc")
            tile_x = canvas.x // canvas.row_of_pixel(tile_width)
            tile_y = canvas.row * self.tiles_y + canvas.y // canvas.of_row(tile_height)
            place = (canvas.spread(tile_y) * self.tiles_x + tile_x) * 256 + luma
            counts.index_add_(0, place.view(-1), torch.ones_like(place).view(-1))
        return counts.view(-1, 256)

    def _tables(self, stage: Stage, counts: Tensor) -> Tensor:
        """The values that 256 levels become, per tile and row, one after another; for 16 bits, float32 of 65535, not rounded."""
        area, limit = (
            values[:, None].expand(-1, self.tiles_x * self.tiles_y).reshape(-1, 1)
            for values in (stage.numbers[2] * stage.numbers[3], stage.numbers[4])
        )
        excess = (counts - limit).clamp_(min=0).sum(1, keepdim=True, dtype=torch.int32)
        # Clipped counts are spread evenly; the remainder goes to levels at a regular distance, starting from the lowest.
        rest = excess % 256
        every = 256 // rest.clamp(min=1)
        level = torch.arange(256, dtype=torch.int32, device=counts.device)
        extra = (level % every == 0) & (level // every < rest)
        counts = torch.minimum(counts, limit) + excess // 256 + extra
        tables = counts.cumsum(1).float() * (stage.full / area.float())
        return (tables.round_() if stage.full == EIGHT else tables).clamp_(max=stage.full).view(-1)


def _mapped(tables: Tensor, tile: Tensor, luma: Tensor, full: int) -> Tensor:
    """The luma that these tiles give, as float32; for 16 bits, interpolated between the values of 256 levels."""
    if full == EIGHT:
        return looked_up(tables, tile * 256 + luma)
    node = torch.div(luma, 257, rounding_mode="trunc")
    share = (luma - node * 257).float() / 257
    before = looked_up(tables, tile * 256 + node)
    return before + (looked_up(tables, tile * 256 + (node + 1).clamp_(max=255)) - before) * share


def _luma(pixels: Tensor) -> Tensor:
    """int32 (pixels)."""
    if pixels.shape[0] == 1:
        return pixels[0].to(torch.int32)
    red, green, blue = pixels[:3].to(torch.int32).unbind(0)
    return (red * 9798 + green * 19235 + blue * 3735 + 16384) >> 15


def _neighbours(place: Tensor, inverse: Tensor, tiles: int) -> tuple[Tensor, Tensor, Tensor]:
    """The tiles before and after a position along an axis (int32), and the weight of the one after."""
    position = place.float() * inverse - 0.5
    first = position.floor()
    whole = first.int()
    return whole.clamp(min=0), (whole + 1).clamp_(max=tiles - 1), position - first
