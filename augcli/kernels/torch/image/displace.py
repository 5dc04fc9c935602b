"""Displace and Tiles on any device, many images of any sizes at once.

The field's nodes, computed on the host, and the tables of tiles cross the bus together with the samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from augcli.core.primitives.displace import Displace
from augcli.core.primitives.tiles import Tiles
from augcli.core.values.facts import ImageFacts
from augcli.kernels.shared.resample import fill_levels
from augcli.kernels.torch.batch.arena import Packed
from augcli.kernels.torch.batch.pixels import Axis, PixelLines, Stage, looked_up
from augcli.kernels.torch.batch.rounds import KernelStep, Size, Spot, StepColumns
from augcli.kernels.torch.batch.rows import Batch, BatchRow, StepsOf

from .warp import BilinearKernel, ImageKernel


class Field(NamedTuple):
    """A Displace whose nodes are in the inbox: float32 (2, rows, columns)."""

    said: Displace
    nodes: Packed
    cell: int


def displace_steps(batch: Batch, field: Displace, size: Size, so_far: BatchRow) -> list[KernelStep]:
    """The one step of a Displace."""
    facts = ImageFacts(*size)
    nodes = batch.packer.add(np.ascontiguousarray(field.nodes(facts).transpose(2, 0, 1)))
    kernel = NearestFieldKernel if field.interpolation == "nearest" else FieldKernel
    return [KernelStep(kernel(field.border, False), size, Field(field, nodes, field.cell_px(facts)))]


@dataclass(frozen=True)
class FieldKernel(BilinearKernel):
    """Bilinear sampling at positions given by a displacement field."""

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: Field = step.data
        _, rows, columns = data.nodes.shape
        fill = fill_levels(data.said.fill, source.channels, source.full)
        counts = (step.size[0], source.width, source.height, columns, rows * columns)
        # BilinearKernel has the fill after nine values of a matrix.
        return StepColumns((source.address, data.nodes.start // 4), counts, (data.cell, *[0.0] * 8, *fill))

    def _positions(self, stage: Stage, lines: PixelLines) -> tuple[Tensor, Tensor]:
        u, v = _displacements(stage, lines)
        return u + lines.x.float(), v + lines.spread(lines.y.float())


@dataclass(frozen=True)
class NearestFieldKernel(FieldKernel):
    """Take the pixel that contains a position; float32, in the order of operations of the CPU kernel."""

    def run(self, stage: Stage) -> None:
        width, height = stage.numbers[1], stage.numbers[2]
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            u, v = _displacements(stage, lines)
            column = (u + (lines.x.float() + 0.5)).floor_()
            row = (v + lines.spread(lines.y.float() + 0.5)).floor_()
            (inside_x, outside_x), (inside_y, outside_y) = (
                self._inside(index, Axis(lines.row_of_pixel, length)) for index, length in ((column, width), (row, height))
            )
            address = inside_y.int() * lines.row_of_pixel(width * stage.channels) + inside_x.int() * stage.channels
            taps = stage.gather(address + lines.row_of_pixel(stage.addresses[0]), stage.channels)
            if self.border == "constant":
                fill = lines.columns_of_pixel(stage.levels(stage.values[9:]))
                taps = torch.where(outside_x | outside_y, fill, taps)
            stage.store(chunk, taps)

    def _inside(self, index: Tensor, axis: Axis) -> tuple[Tensor, Tensor]:
        inside = axis.inside(index)
        return axis.mirrored(index)[0] if self.border == "reflect" else inside, inside != index


def _displacements(stage: Stage, lines: PixelLines) -> tuple[Tensor, Tensor]:
    """D at the centre of each pixel: bilinear between nodes."""
    nodes = _words(stage, torch.float32)
    cell = stage.values[0].float()
    # The cell is a power of two, so that positions between nodes are exact.
    place_x = (lines.x.float() + 0.5) / lines.row_of_pixel(cell) + 0.5
    place_y = (lines.y.float() + 0.5) / lines.of_row(cell) + 0.5
    i, j = place_x.floor(), place_y.floor()
    weight_x, weight_y = place_x - i, lines.spread(place_y - j)
    columns = lines.of_row(stage.numbers[3])
    first = lines.spread(j.int() * columns + lines.of_row(stage.addresses[1])) + i.int()
    below, plane = lines.spread(columns), lines.row_of_pixel(stage.numbers[4])
    found = []
    for start in (first, first + plane):
        upper, lower = (
            looked_up(nodes, left) * (1 - weight_x) + looked_up(nodes, left + 1) * weight_x for left in (start, start + below)
        )
        found.append(upper * (1 - weight_y) + lower * weight_y)
    return found[0], found[1]


class Shuffle(NamedTuple):
    """Tiles whose table is in the inbox: for each place, how many pixels further on its tile lies (int32)."""

    said: Tiles
    shifts: Packed


def tiles_steps(batch: Batch, said: Tiles, size: Size, so_far: BatchRow) -> list[KernelStep]:
    """The one step of a Tiles."""
    facts = ImageFacts(*size)
    _, _, width, height = said.grid(facts)
    line = height * size[0] if width else 0  # tiles without a width are empty, whatever their height
    column = width if height else 0
    columns = said.columns
    shifts = [
        (tile // columns - place // columns) * line + (tile % columns - place % columns) * column
        for place, tile in enumerate(said.order)
    ]
    return [KernelStep(TilesKernel(), size, Shuffle(said, batch.packer.add(np.array(shifts, np.int32))))]


@dataclass(frozen=True)
class TilesKernel(ImageKernel):
    """Each pixel of a place from its tile."""

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: Shuffle = step.data
        left, top, width, height = data.said.grid(ImageFacts(*step.size))
        counts = (step.size[0], left, top, max(width, 1), max(height, 1), data.said.columns, data.said.rows)
        return StepColumns((source.address, data.shifts.start // 4), counts)

    def run(self, stage: Stage) -> None:
        width, left, top, tile_width, tile_height, columns, rows = stage.numbers.unbind(0)
        table = _words(stage, torch.int32)
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            y, x = lines.y - lines.of_row(top), lines.x - lines.row_of_pixel(left)
            row = torch.div(y.clamp(min=0), lines.of_row(tile_height), rounding_mode="trunc")
            column = torch.div(x.clamp(min=0), lines.row_of_pixel(tile_width), rounding_mode="trunc")
            inside_y = (y >= 0) & (row < lines.of_row(rows))
            inside_x = (x >= 0) & (column < lines.row_of_pixel(columns))
            # In the rim, the last place is looked up but has no effect.
            row = torch.minimum(row, lines.of_row(rows - 1)) * lines.of_row(columns) + lines.of_row(stage.addresses[1])
            column = torch.minimum(column, lines.row_of_pixel(columns - 1))
            shift = looked_up(table, lines.spread(row) + column) * (inside_x & lines.spread(inside_y))
            start = lines.y * lines.of_row(width) * stage.channels + lines.of_row(stage.addresses[0])
            stage.store(chunk, stage.gather(lines.spread(start) + (lines.x + shift) * stage.channels, stage.channels))


def _words(stage: Stage, dtype: torch.dtype) -> Tensor:
    """The arena as four-byte numbers."""
    return stage.arena[: stage.arena.numel() // 4 * 4].view(dtype)


STEPS: dict[type, StepsOf] = {Displace: displace_steps, Tiles: tiles_steps}
