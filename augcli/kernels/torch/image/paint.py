"""Painted shapes on any device, many images at once; the coverage of each pixel is in the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch

from augcli.core.primitives.image import Colour
from augcli.core.primitives.paint import Cover, Paint
from augcli.kernels.shared.depth import EIGHT
from augcli.kernels.shared.masks import mask_of
from augcli.kernels.shared.resample import fill_levels
from augcli.kernels.torch.batch.pixels import Stage, looked_up
from augcli.kernels.torch.batch.rounds import KernelStep, Size, Spot, StepColumns
from augcli.kernels.torch.batch.rows import Batch, BatchRow, StepsOf

from .warp import ImageKernel


class Masked(NamedTuple):
    mask: int  # address of a byte for each pixel
    colour: Colour


@dataclass(frozen=True)
class PaintKernel(ImageKernel):
    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: Masked = step.data
        return StepColumns(
            (source.address, data.mask), (source.width, *(fill_levels(data.colour, source.channels, source.full) * 3)[:3])
        )

    def run(self, stage: Stage) -> None:
        colours = min(stage.channels, 3)
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            pixels = stage.load(chunk, lines)
            line = lines.y * lines.of_row(stage.numbers[0]) + lines.of_row(stage.addresses[1])
            mask = looked_up(stage.arena, lines.spread(line) + lines.x).to(torch.int32)
            levels = lines.columns_of_pixel(stage.numbers[1 : 1 + colours])
            value = pixels[:colours] * (255 - mask) + levels * mask
            if stage.full == EIGHT:
                value += 128
                painted = ((value + (value >> 8)) >> 8).to(torch.uint8)
            else:
                painted = torch.div(value + 127, 255, rounding_mode="trunc")
            stage.store_colours(chunk, painted, pixels)


def _steps(batch: Batch, paint: Paint, size: Size, so_far: BatchRow) -> list[KernelStep]:
    return [KernelStep(PaintKernel(), size, Masked(batch.packer.add(mask_of(paint, *size)).start, paint.colour))]


STEPS: dict[type, StepsOf] = {
    Paint: _steps,
    Cover: lambda batch, cover, size, so_far: _steps(batch, cover.painted(), size, so_far),
}
