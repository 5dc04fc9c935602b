"""Curves, histograms, HSV and shading on any device, many images of any sizes at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from augcli.core.primitives.tone import PER_MILLION, SHARE_BITS, Adapt, Curve, HueSaturationValue, LocalContrast, Shade
from augcli.kernels.shared.depth import EIGHT
from augcli.kernels.torch.batch.pixels import PixelLines, Stage, looked_up, numbered
from augcli.kernels.torch.batch.rounds import KernelStep, Size, Spot, StepColumns
from augcli.kernels.torch.batch.rows import Batch, BatchRow, StepsOf

from .clahe import LocalContrastKernel
from .warp import ImageKernel

_DEEP_ROWS = 16  # so many rows' tables of 65,536 levels are made at a time: what is in between takes megabytes each


@dataclass(frozen=True)
class CurveKernel(ImageKernel):
    """Tables of all levels in the inbox: those of red, green, blue and grey one after the other."""

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        start: int = step.data
        return StepColumns((source.address, start if source.channels > 1 else start + 3 * (source.full + 1)), (source.width,))

    def run(self, stage: Stage) -> None:
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            pixels = stage.load(chunk, lines)
            table = lines.row_of_pixel(stage.addresses[1])
            starts = [table + colour * (stage.full + 1) for colour in range(min(stage.channels, 3))]
            found = [stage.read(looked_up(stage.stored, plane + start)) for plane, start in zip(pixels, starts, strict=False)]
            stage.store(chunk, torch.stack(found + list(pixels[3:])))


def curve_steps(batch: Batch, curve: Curve, size: Size, so_far: BatchRow) -> list[KernelStep]:
    dtype: type[np.uint8] | type[np.uint16] = np.uint8 if len(curve.grey) == 256 else np.uint16
    tables = batch.shared(curve, lambda: np.array(curve, dtype))
    return [KernelStep(CurveKernel(), size, tables.start // np.dtype(dtype).itemsize)]


@dataclass(frozen=True)
class AdaptKernel(ImageKernel):
    """Histograms by whole numbers, tables from them, and a look-up: all exact."""

    kind: str

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: Adapt = step.data
        reference: tuple[int, ...] = ()
        if data.kind == "match":
            reference = data.reference[3 * 256 :] if source.channels == 1 else data.reference[: 3 * 256]
        return StepColumns((source.address,), (source.width, data.cut_ppm, data.weight_ppm, *reference))

    def run(self, stage: Stage) -> None:
        colours, rows, levels = min(stage.channels, 3), stage.numbers.shape[1], stage.full + 1
        counts = torch.zeros(colours * rows * levels, dtype=torch.int32, device=stage.device)
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            pixels = stage.load(chunk, lines)
            seen = (pixels[3:] > 0) if stage.channels == 4 else torch.ones_like(pixels[:1])
            seen = seen.to(torch.int32).expand(colours, *lines.shape).reshape(-1)
            counts.index_add_(0, _places(pixels[:colours], lines, rows, levels).view(-1), seen)
        counts = counts.view(colours, rows, levels)
        step = rows if stage.full == EIGHT else _DEEP_ROWS
        parts = [self._tables(stage, counts, slice(first, first + step)) for first in range(0, rows, step)]
        flat = torch.cat(parts, 1).view(-1)
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            pixels = stage.load(chunk, lines)
            places = _places(pixels[:colours], lines, rows, levels)
            found = looked_up(flat, places)
            stage.store_colours(chunk, found, pixels)

    def _tables(self, stage: Stage, counts: Tensor, some: slice) -> Tensor:
        """Levels [colours, rows, levels] of some rows."""
        counts = counts[:, some].to(torch.int64)
        if self.kind == "match":
            numbers = stage.numbers[3:, some]
            reference = numbers.view(len(counts), 256, -1).transpose(1, 2).to(torch.int64).contiguous()
            return stage.levels(self._matched(counts, reference, stage.numbers[2, some]))
        made = self._equalized(counts) if self.kind == "equalize" else self._stretched(counts, stage.numbers[1, some])
        return stage.levels(made)

    @staticmethod
    def _equalized(counts: Tensor) -> Tensor:
        full = counts.shape[2] - 1
        level = torch.arange(full + 1, device=counts.device)
        highest = (level * (counts > 0)).amax(2, keepdim=True)
        step = (counts.sum(2, keepdim=True) - counts.gather(2, highest)) // 255
        below = counts.cumsum(2) - counts
        equalized = ((below * (full // 255) + step // 2) // step.clamp(min=1)).clamp(max=full)
        return torch.where(step > 0, equalized, level)

    @staticmethod
    def _stretched(counts: Tensor, cut_ppm: Tensor) -> Tensor:
        full = counts.shape[2] - 1
        level = torch.arange(full + 1, device=counts.device)
        cut = counts.sum(2, keepdim=True) * cut_ppm[:, None] // PER_MILLION
        low = (counts.cumsum(2) <= cut).sum(2, keepdim=True)
        high = full - (counts.flip(2).cumsum(2) <= cut).sum(2, keepdim=True)
        stretched = ((level - low) * full // (high - low).clamp(min=1)).clamp(0, full)
        return torch.where(high > low, stretched, level)

    @staticmethod
    def _matched(counts: Tensor, reference: Tensor, weight_ppm: Tensor) -> Tensor:
        level = torch.arange(counts.shape[2], device=counts.device)
        finer = counts.shape[2] // 256 + 1 if counts.shape[2] > 256 else 1  # the reference has 256 levels
        total, wanted = counts.sum(2, keepdim=True), counts.cumsum(2) << SHARE_BITS
        upper = torch.searchsorted(reference * total, wanted).clamp_(max=255)
        before = reference.gather(2, (upper - 1).clamp(min=0)) * (upper > 0)
        lower = torch.searchsorted(reference, before)
        span = ((reference.gather(2, upper) - before) * total).clamp(min=1)
        product = (wanted - before * total) * (upper - lower)
        whole = product // span
        between = (lower + whole) * finer + ((product - whole * span) * (2 * finer) + span) // (span * 2)
        weight = weight_ppm[:, None].to(torch.int64)
        matched = torch.where(before > 0, between, upper * finer) * weight
        mixed = (matched + level * (PER_MILLION - weight) + PER_MILLION // 2) // PER_MILLION
        return torch.where(total > 0, mixed, level)


def _places(pixels: Tensor, lines: PixelLines, rows: int, levels: int) -> Tensor:
    """Where each value counts in a table [colours, rows, levels], as int32 (colours, pixels)."""
    colour = numbered(pixels.shape[0], lines)
    row = lines.row_of_pixel(torch.arange(rows, dtype=torch.int32, device=pixels.device))
    return (colour * rows + row) * levels + pixels


@dataclass(frozen=True)
class HueSaturationValueKernel(ImageKernel):
    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: HueSaturationValue = step.data
        return StepColumns((source.address,), (source.width,), (data.hue_deg / 60, data.saturation, data.value))

    def run(self, stage: Stage) -> None:
        values = stage.values.float()
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            pixels = stage.load(chunk, lines)
            turn, saturation, value = lines.columns_of_pixel(values).unbind(0)
            if stage.channels == 1:
                stage.store_rounded(chunk, pixels * value)
                continue
            red, green, blue = (colour.float() for colour in pixels[:3].unbind(0))
            top = torch.maximum(torch.maximum(red, green), blue)
            spread = top - torch.minimum(torch.minimum(red, green), blue)
            divisor = spread.clamp(min=1)
            sextant = torch.where(
                top == red,
                (green - blue) / divisor,
                torch.where(top == green, (blue - red) / divisor + 2, (red - green) / divisor + 4),
            )
            sextant = sextant + turn
            purity = (spread / top.clamp(min=1) * saturation).clamp_(max=1)
            height = (top * value).clamp_(max=stage.full)
            result = torch.empty_like(pixels, dtype=torch.float32)
            for colour, offset in enumerate((5.0, 3.0, 1.0)):
                place = sextant + offset
                place -= (place / 6).floor_() * 6
                result[colour] = height * (1 - purity * torch.minimum(place, 4 - place).clamp_(0, 1))
            result[3:] = pixels[3:]
            stage.store_rounded(chunk, result)


@dataclass(frozen=True)
class ShadeKernel(ImageKernel):
    """The gain of a line's start in float64, the rest in float32."""

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        data: Shade = step.data
        return StepColumns((source.address,), (source.width,), data)

    def run(self, stage: Stage) -> None:
        constant, by_x, by_y, by_xx, by_yy = stage.values.unbind(0)
        colours = min(stage.channels, 3)
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            y = lines.y.double() + 0.5
            down = lines.of_row(constant) + y * (lines.of_row(by_y) + lines.of_row(by_yy) * y)
            x = lines.x.float() + 0.5
            gain = x * (lines.row_of_pixel(by_xx.float()) * x + lines.row_of_pixel(by_x.float()))
            gain = (gain + lines.spread(down.float())).clamp_(min=0)
            result = stage.load(chunk, lines).float()
            result[:colours] *= gain
            stage.store_rounded(chunk, result)


STEPS: dict[type, StepsOf] = {
    Curve: curve_steps,
    Adapt: lambda batch, adapt, size, so_far: [KernelStep(AdaptKernel(adapt.kind), size, adapt)],
    LocalContrast: lambda batch, said, size, so_far: [KernelStep(LocalContrastKernel(said.columns, said.rows), size, said)],
    HueSaturationValue: lambda batch, said, size, so_far: [KernelStep(HueSaturationValueKernel(), size, said)],
    Shade: lambda batch, shade, size, so_far: [KernelStep(ShadeKernel(), size, shade)],
}
