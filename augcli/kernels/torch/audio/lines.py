"""What the audio kernels share: many sounds at once as lines of samples, and access to samples by channel and frame.

A sound lies in the arena as lines of equal length: an empty one, the first channel's, an empty one, the next channel's, …, an
empty one. The last line of a channel is padded with silence, so silence can be read up to a line's length before and after
a channel. All work is elementwise operations, gathers, and sums whose order depends only on the sound's own length, so the
result does not depend on the other sounds in the batch.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from augcli.kernels.torch.batch.pixels import Stage
from augcli.kernels.torch.batch.rounds import Chunk, ChunkPart, Extra, KernelStep, Spot, StepColumns

LINE = 1024  # samples
SAMPLE_BYTES = 4
_OWN = 5  # the kernels' own columns of numbers begin here
_FAR = 1 << 22  # frames: beyond it only the sign of a distance matters


def lines_of(frames: int) -> int:
    """How many lines a channel takes."""
    return -(-frames // LINE)


def height_of(channels: int, frames: int) -> int:
    """How many lines a sound takes."""
    return channels * (lines_of(frames) + 1) + 1


class Work(NamedTuple):
    """One kernel's work on one sound. `numbers` (32 bits) and `values` (float64) are the kernel's own."""

    channels: int
    before: int  # frames
    after: int
    numbers: tuple[int, ...] = ()
    values: tuple[float, ...] = ()
    tables: tuple[int, ...] = ()  # addresses of arrays in the inbox


class SoundKernel(ABC):
    """One kind of work on many sounds at once; equal kernels share groups."""

    channels: int

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        work: Work = step.data
        lines = lines_of(work.before), lines_of(work.after)
        return StepColumns((source.address, *work.tables), (LINE, work.before, work.after, *lines, *work.numbers), work.values)

    def extra(self, sources: Sequence[Spot], steps: Sequence[KernelStep], parts: Sequence[ChunkPart]) -> Extra | None:
        return None

    def run(self, stage: Stage) -> None:
        self.work(Sounds(stage, self.channels))

    @abstractmethod
    def work(self, sounds: Sounds) -> None:
        """Do the work; runs on the device."""


class Sounds:
    """One group on the device. A tensor "of lines" is [lines, 1], one "of samples" [lines, 1024]."""

    def __init__(self, stage: Stage, channels: int) -> None:
        self.stage, self.channels = stage, channels
        self.device = stage.device
        self.samples = stage.arena.view(torch.float32)
        self.rows = stage.numbers.shape[1]
        self.total = sum(chunk.lines for chunk in stage.chunks)
        _, self.before, self.after, self._lines_before, self.lines_after = stage.numbers[:_OWN].unbind(0)
        self.heights = (self.lines_after + 1) * channels + 1
        self.tops = starts(self.heights)
        self._row = torch.repeat_interleave(self.heights, output_size=self.total)
        line = torch.arange(self.total, dtype=torch.int32, device=self.device) - self.of_lines(self.tops)
        stride = self.of_lines(self.lines_after) + 1
        channel = torch.div(line, stride, rounding_mode="floor")
        self._first = (line - channel * stride - 1) * LINE
        self._channel = channel.clamp(max=channels - 1)
        source = self.of_lines(stage.addresses[0] >> 2)
        self._start = source + (self._channel * (self.of_lines(self._lines_before) + 1) + 1) * LINE
        self.along = torch.arange(LINE, dtype=torch.int32, device=self.device)[None]

    def number(self, column: int) -> Tensor:
        """A kernel's own number, for each sound."""
        return self.stage.numbers[_OWN + column]

    def value(self, column: int) -> Tensor:
        """A kernel's own value, for each sound."""
        return self.stage.values[column]

    def of_lines(self, values: Tensor) -> Tensor:
        """For each line, the value of its sound."""
        return values.index_select(0, self._row)

    def channel_starts(self) -> Tensor:
        """Where in the samples each channel of each source begins: [rows, channels]."""
        lines = (self._lines_before + 1)[:, None] * torch.arange(self.channels, dtype=torch.int32, device=self.device)
        return (self.stage.addresses[0] >> 2)[:, None] + (lines + 1) * LINE

    def parts(self) -> Iterator[SoundLines]:
        """The work, cut into pieces that bound memory."""
        top = 0
        for chunk in self.stage.chunks:
            yield SoundLines(self, chunk, top)
            top += chunk.lines

    def out(self) -> Tensor:
        """All that comes out: [all lines, 1024]."""
        start = self.stage.place(self.stage.chunks[0].out) // SAMPLE_BYTES
        return self.samples[start : start + self.total * LINE].view(self.total, LINE)

    def clear(self) -> None:
        """Silence everything outside the sounds: the empty lines, and the padding in last lines."""
        out = self.out()
        channel = torch.arange(self.channels + 1, dtype=torch.int32, device=self.device)
        empty = self.tops[:, None] + channel * (self.lines_after + 1)[:, None]
        out.index_fill_(0, empty.flatten().long(), 0.0)
        last = (empty[:, 1:] - 1).flatten()
        left = self.after - (self.lines_after - 1) * LINE
        keep = self.along < left[:, None].expand(self.rows, self.channels).reshape(-1, 1)
        out.index_copy_(0, last.long(), torch.where(keep, out.index_select(0, last), 0.0))

    def row_sums(self, of_lines: Tensor, width: int) -> Tensor:
        """Sums over the lines of each sound, [lines, n] to [rows, n]; `width` is a power of two, no sound has more lines."""
        number = torch.arange(width, dtype=torch.int32, device=self.device)[None]
        line = (self.tops[:, None] + number).clamp(max=self.total - 1)
        counts = (number < self.heights[:, None]).to(of_lines.dtype)[..., None]
        values = of_lines.index_select(0, line.flatten()).view(self.rows, width, -1) * counts
        return halved(values, 1).squeeze(1)


class SoundLines:
    """Some lines of a group: one part of the work."""

    def __init__(self, sounds: Sounds, chunk: Chunk, top: int) -> None:
        self._sounds, self._chunk, self._top = sounds, chunk, top
        self.first = self._own(sounds._first)  # the frame with which each line begins; -1024 for an empty one
        self.channel = self._own(sounds._channel)
        self.start = self._own(sounds._start)  # where in the samples the source's channel begins
        self.row = sounds._row[top : top + chunk.lines]
        out = sounds.stage.place(chunk.out) // SAMPLE_BYTES
        self.out = sounds.samples[out : out + chunk.lines * LINE].view(chunk.lines, LINE)

    def _own(self, of_lines: Tensor) -> Tensor:
        return of_lines[self._top : self._top + self._chunk.lines, None]

    def of(self, values: Tensor) -> Tensor:
        """For each line, the value of its sound."""
        return values.index_select(0, self.row)[:, None]

    def read(self, frame: Tensor) -> Tensor:
        """Samples of the source at these frames of the line's channel."""
        return self._sounds.samples.index_select(0, (frame + self.start).flatten()).view(frame.shape)

    def same(self) -> Tensor:
        """The same samples of the source, where that has the same length."""
        if self._chunk.source is None:
            return self.read(self.first + self._sounds.along)
        start = self._sounds.stage.place(self._chunk.source) // SAMPLE_BYTES
        return self._sounds.samples[start : start + self._chunk.lines * LINE].view(-1, LINE)

    def gap(self, start: Tensor, stop: Tensor, per_fade_in: Tensor, per_fade_out: Tensor) -> Tensor:
        """A factor for each sample: 0 from `start` to `stop` (per line), rising smoothly to 1 before and after.

        `per_fade_…` are one over the frames of the rise, of lines (float32).
        """
        middle = self._sounds.along + 0.5
        before = ((start - self.first).clamp(-_FAR, _FAR).float() - middle) * per_fade_in
        behind = (middle - (stop - self.first).clamp(-_FAR, _FAR).float()) * per_fade_out
        share = torch.maximum(before, behind).clamp_(0, 1)
        return (3 - share * 2) * (share * share)


def starts(counts: Tensor) -> Tensor:
    """Where each begins if they are stored one after another."""
    return counts.cumsum(0, dtype=torch.int32) - counts


def halved(values: Tensor, axis: int) -> Tensor:
    """Sum along an axis of 2^n values by halving, so in the same order on every device. The axis keeps one value."""
    while values.shape[axis] > 1:
        first, second = values.chunk(2, axis)
        values = first + second
    return values
