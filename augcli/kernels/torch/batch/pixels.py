"""What the torch kernels share: lists of lines and pixels of many images at once, and access to values by address.

Values of a chunk are tensors (channels, pixels). Everything is elementwise work, gathers and exact integer sums, and
no operation whose vectorised and scalar forms could differ (no fused multiply-add, no transcendental functions), so a
row's result does not depend on the other rows. If a chunk lies within one row, the row's values are broadcast, not gathered.
Levels are uint8, of images of 16 bits int32, which lie in the arena as int16 that hold the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import torch
from torch import Tensor

from augcli.kernels.shared.depth import EIGHT

from .arena import SCRATCH
from .rounds import Chunk, KernelGroup, Rounds


def run_rounds(arena: Tensor, inbox_bytes: int, rounds: Rounds) -> Tensor:
    """The device's part of a batch: run all kernels, then put all results one after another (uint8)."""
    for group in rounds.groups:
        group.kernel.run(Stage(arena, inbox_bytes, group))
    scratch = arena[inbox_bytes:]
    return torch.cat([scratch[address - SCRATCH :][:count] for address, count in rounds.results])


WIDE_BYTES = 1 << 31


class Stage:
    """One group on the device."""

    def __init__(self, arena: Tensor, inbox_bytes: int, group: KernelGroup) -> None:
        self.arena = arena
        self.device = arena.device
        self.channels = group.channels
        self.chunks = group.chunks
        self.full = group.full
        deep = self.full != EIGHT
        self.stored = arena.view(torch.int16) if deep else arena
        self._begin = inbox_bytes // (2 if deep else 1)  # of scratch, in values
        # 32-bit addresses where they suffice: half the traffic.
        wide = arena.numel() >= WIDE_BYTES
        self.addresses = group.addresses.view(arena) if wide else group.addresses.view(arena).int()
        self.numbers = group.numbers.view(arena)
        self.values = group.values.view(arena)

    def lines(self, chunk: Chunk) -> PixelLines:
        """The lines and pixels that come out of a chunk."""
        parts = chunk.parts.view(self.arena)
        return PixelLines(parts, chunk.part_count, chunk.lines, chunk.pixels, self.numbers[0])

    def gather(self, address: Tensor, channels: int, dtype: torch.dtype | None = None) -> Tensor:
        """The values at `address` (one of each pixel) and those after it, as levels or in this dtype (channels, pixels)."""
        flat = address.reshape(-1)
        if dtype:
            planes = torch.empty((channels, len(flat)), dtype=dtype, device=self.device)
            for channel, plane in enumerate(planes):
                plane.copy_(self.read(self.stored[channel:].index_select(0, flat)))
            return planes.view(channels, *address.shape)
        if channels == 1:
            return self.read(self.stored.index_select(0, flat)).view(1, *address.shape)
        found = torch.stack([self.stored[channel:].index_select(0, flat) for channel in range(channels)])
        return self.read(found).view(channels, *address.shape)

    def read(self, stored: Tensor) -> Tensor:
        """Convert values, as stored in the arena, to levels."""
        return stored if self.full == EIGHT else stored.to(torch.int32).bitwise_and_(0xFFFF)

    def levels(self, values: Tensor) -> Tensor:
        """Whole numbers within the range, of any dtype, as levels."""
        return values.to(torch.uint8 if self.full == EIGHT else torch.int32)

    def load(self, chunk: Chunk, lines: PixelLines, source: int = 0) -> Tensor:
        """The same pixels of the images before as levels (channels, pixels); `source` is the column of their address."""
        if chunk.source is not None:
            start = self.place(chunk.source)
            pixels = self.stored[start : start + chunk.pixels * self.channels].view(chunk.pixels, self.channels)
            planes = torch.stack(pixels.unbind(1))  # several times faster than a transposed copy
            return self.read(planes).view(self.channels, *lines.shape)
        line = (lines.y * lines.of_row(self.numbers[0])) * self.channels + lines.of_row(self.addresses[source])
        return self.gather(lines.spread(line) + lines.x * self.channels, self.channels)

    def store(self, chunk: Chunk, values: Tensor) -> None:
        """Write what came out of a chunk: levels (channels, pixels)."""
        start = self.place(chunk.out)
        pixels = self.stored[start : start + chunk.pixels * self.channels].view(chunk.pixels, self.channels)
        if self.full != EIGHT:
            values = _as_int16(values)
        torch.stack(values.reshape(self.channels, -1).unbind(0), 1, out=pixels)

    def store_colours(self, chunk: Chunk, colours: Tensor, pixels: Tensor) -> None:
        """Write these colours, with the alpha of `pixels` if there is one."""
        self.store(chunk, torch.cat([colours, pixels[3:]]) if self.channels == 4 else colours)

    def store_rounded(self, chunk: Chunk, values: Tensor) -> None:
        """Write float values (channels, pixels), rounded half to even and clamped; overwrites `values`."""
        values = values.round_().clamp_(0, self.full)
        self.store(chunk, values.to(torch.int16).to(torch.uint8) if self.full == EIGHT else values.to(torch.int32))

    def place(self, address: int) -> int:
        """The index in the arena that a planned address stands for."""
        return address - SCRATCH + self._begin if address >= SCRATCH else address


class PixelLines:
    """Lines of many images, one after the other, and their pixels.

    `parts` is int32 [3, count] (row, first line, lines); `widths` int32 [rows]. Values of rows are tensors [rows],
    values of lines [lines] (or [1], the same for all), values of pixels [pixels] (or [1]).
    """

    def __init__(self, parts: Tensor, count: int, lines: int, pixels: int, widths: Tensor) -> None:
        self.parts, self.pixels = parts, pixels
        self.shape: tuple[int, ...] = (pixels,)
        self._one = count == 1
        self._count, self._device = lines, parts.device
        rows, tops, heights = parts.unbind(0)
        number = torch.arange(lines, dtype=torch.int32, device=parts.device)
        if self._one:
            self._part: Tensor | None = None
            self.row, self.y = rows, number + tops
        else:
            self._part = _repeat(heights, lines)
            self.row = rows.index_select(0, self._part)
            self.y = number + (tops - _starts(heights)).index_select(0, self._part)
        width = self.of_row(widths)
        if self._one:
            width = width.expand(lines)
        self._line = _repeat(width, pixels)
        pixel = torch.arange(pixels, dtype=torch.int32, device=parts.device)
        self.x = pixel - _starts(width).index_select(0, self._line)

    def of_row(self, values: Tensor) -> Tensor:
        """For each line, the value of its row."""
        return values.index_select(0, self.row)

    def of_part(self, values: Tensor) -> Tensor:
        """For each line, the value of its part."""
        return values if self._part is None else values.index_select(0, self._part)

    def spread(self, values: Tensor) -> Tensor:
        """For each pixel, the value of its line."""
        return values if values.shape[0] == 1 else values.index_select(0, self._line)

    def row_of_pixel(self, values: Tensor) -> Tensor:
        """For each pixel, the value of its row."""
        return values.index_select(0, self._row_of_each_pixel)

    def columns_of_pixel(self, values: Tensor) -> Tensor:
        """For each pixel, the values of its row: [columns, rows] to [columns, pixels] (or [columns, 1])."""
        return values.index_select(1, self._row_of_each_pixel)

    @cached_property
    def _row_of_each_pixel(self) -> Tensor:
        return self.spread(self.row)


class Axis:
    """An axis of each pixel's (or line's) image, whole pixels as float32; `of` spreads values of rows to them."""

    def __init__(self, of: Callable[[Tensor], Tensor], lengths: Tensor) -> None:
        last = lengths.float() - 1
        self._last = of(last)
        period = (last * 2).clamp(min=1)
        self._period, self._inverse = of(period), of(1.0 / period)

    def inside(self, index: Tensor) -> Tensor:
        """Clamp indices to the axis."""
        return index.clamp(min=0).minimum(self._last)

    def mirrored(self, index: Tensor, neighbours: int = 1) -> list[Tensor]:
        """`index`, `index` + 1 …, as if the axis were mirrored at both ends without repeating the edge.

        Exact below 2**22: where the product with the inverse falls short of a whole number, the remainder is a full
        period instead of 0, and mirrors to the same.
        """
        index = index - (index * self._inverse).floor_() * self._period
        return [
            torch.minimum(there, (self._period - there).abs_()).clamp_(min=0).minimum(self._last)
            for there in (index + step for step in range(neighbours))
        ]


def looked_up(table: Tensor, index: Tensor) -> Tensor:
    """The values of a list at these indices."""
    return table.index_select(0, index.reshape(-1)).view(index.shape)


def numbered(count: int, lines: PixelLines) -> Tensor:
    """0, 1 … as int32 along the first axis of values of pixels."""
    return torch.arange(count, dtype=torch.int32, device=lines.x.device).view(-1, *[1] * len(lines.shape))


def _as_int16(levels: Tensor) -> Tensor:
    """The same 16 bits with a sign, from int32."""
    return ((levels ^ 0x8000) - 0x8000).to(torch.int16)


def _repeat(counts: Tensor, total: int) -> Tensor:
    """0 counts[0] times, 1 counts[1] times …; `total` is their sum, given so that the device need not be asked."""
    return torch.repeat_interleave(counts, output_size=total)


def _starts(counts: Tensor) -> Tensor:
    """Where each begins when they lie one after the other."""
    return counts.cumsum(0, dtype=torch.int32) - counts
