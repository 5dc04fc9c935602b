"""Audio kernels that move samples in time: copying pieces, and resampling."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from augcli.core.primitives.audio import GRID

from .lines import LINE, SoundKernel, SoundLines, Sounds
from .values import gaps

# Zero crossings of the resampling filter on both sides together; the window's shape is for 70 dB of attenuation.
_CROSSINGS = 64
_ATTENUATION_DB = 70.0
_BLOCK = 1 << 16  # samples that stay in the cache


@dataclass(frozen=True)
class CopyKernel(SoundKernel):
    """Pieces of the source. Numbers: of each piece its beginning, where it is read, and the direction; then of gaps."""

    channels: int
    pieces: int
    gaps: int

    def work(self, sounds: Sounds) -> None:
        for part in sounds.parts():
            frame = part.first + sounds.along
            position: Tensor | None = None
            for at in range(self.pieces):
                begin, start, direction = (part.of(sounds.number(3 * at + column)) for column in range(3))
                read = frame * direction + (start - begin * direction)
                if position is None:
                    position = read
                else:  # from `begin` on; by bits, since a choice takes ten times as long
                    position += (read - position) & ~((frame - begin) >> 31)
            assert position is not None
            samples = part.read(torch.minimum(position.clamp_(min=0), part.of(sounds.before - 1)))
            if self.gaps:
                samples *= gaps(sounds, part, self.gaps, 3 * self.pieces)
            part.out.copy_(samples)
        sounds.clear()


@dataclass(frozen=True)
class ResampleKernel(SoundKernel):
    """Pieces at other rates. Numbers: of each piece its beginning, where it is read (frames, and hundredths), and its rate.

    Tables: the address of each piece's filters, as filters() gives them.
    """

    channels: int
    pieces: int
    gaps: int
    taps: int

    def work(self, sounds: Sounds) -> None:
        if sounds.device.type == "cpu" and self.pieces == 1:
            self._by_phase(sounds)
        else:
            for part in sounds.parts():
                part.out.copy_(self._by_sample(sounds, part))
        if self.gaps:
            for part in sounds.parts():
                part.out.mul_(gaps(sounds, part, self.gaps, 4 * self.pieces))
        sounds.clear()

    def _by_sample(self, sounds: Sounds, part: SoundLines) -> Tensor:
        """Each sample's taps and weights are looked up."""
        frame, filter_ = self._positions(sounds, part)
        half = self.taps // 2
        frame = torch.minimum(frame.clamp_(min=-half - 1), part.of(sounds.before + half))
        address = (frame + (part.start - half + 1)).flatten()
        filter_ = filter_.flatten()
        samples = sounds.samples
        total: Tensor | None = None
        for tap in range(self.taps):
            value = samples[tap:].index_select(0, address)
            value *= samples[tap * GRID :].index_select(0, filter_)
            total = value if total is None else total.add_(value)
        assert total is not None
        return total.view(frame.shape)

    def _by_phase(self, sounds: Sounds) -> None:
        """The same sums, sound by sound: four times faster where there is no batch.

        After `period` frames that come out, weights repeat, and `stride` source frames have gone by. So both are sorted by
        their place in that, and what is looked up are long runs.
        """
        out = sounds.out().view(-1)
        rows = zip(*(numbers.tolist() for numbers in sounds.stage.numbers[1:9].unbind(0)), strict=True)
        tops, channel_starts = sounds.tops.tolist(), sounds.channel_starts().tolist()
        tables = (sounds.stage.addresses[1] >> 2).tolist()
        for row, (before, after, _, lines, _, start, rest, rate) in enumerate(rows):
            start, rest = divmod(start * GRID + rest + (min(rate, 0) * (after - 1)), GRID)
            period, stride = GRID // math.gcd(rate, GRID), abs(rate) // math.gcd(rate, GRID)
            hundredths = rest + torch.arange(period) * abs(rate)
            weights = sounds.samples[tables[row] :][: self.taps * GRID].view(self.taps, GRID)[:, hundredths % GRID, None]
            count = -(-after // period)
            width = count + (int(hundredths[-1]) // GRID + self.taps) // stride + 1
            tap = torch.arange(self.taps)[:, None] + hundredths // GRID
            address = (tap % stride) * width + tap // stride
            for channel, source in enumerate(channel_starts[row]):
                first = start - self.taps // 2 + 1
                low, high = max(0, first), max(0, first, min(before, first + width * stride))
                frames = torch.zeros(width * stride)
                frames[low - first : high - first] = sounds.samples[source + low : source + high]
                result = self._runs(frames.view(width, stride).t().reshape(-1), address, weights, count)[:after]
                place = (tops[row] + channel * (lines + 1) + 1) * LINE
                out[place : place + after] = result.flip(0) if rate < 0 else result

    def _runs(self, frames: Tensor, address: Tensor, weights: Tensor, count: int) -> Tensor:
        """Sums of weighted runs of `count` frames for each phase, by phases in turn."""
        period = address.shape[1]
        result = torch.empty((count, period))
        for begin in range(0, count, size := max(1, _BLOCK // period)):
            length = min(size, count - begin)
            run = frames[begin:].as_strided((frames.shape[0] - begin - length + 1, length), (1, 1))
            total: Tensor | None = None
            for tap in range(self.taps):
                value = run.index_select(0, address[tap])
                value *= weights[tap]
                total = value if total is None else total.add_(value)
            assert total is not None
            result[begin : begin + length] = total.t()
        return result.view(-1)

    def _positions(self, sounds: Sounds, part: SoundLines) -> tuple[Tensor, Tensor]:
        """For each sample, the frame before the moment where it is read, and where its filter lies."""
        output = part.first + sounds.along
        frame, filter_ = output, output
        for at in range(self.pieces):
            begin, start, rest, rate = (part.of(sounds.number(4 * at + column)) for column in range(4))
            whole = (part.first - begin).long() * rate + rest
            whole_frames = torch.div(whole, GRID, rounding_mode="floor")
            hundredths = sounds.along * rate + (whole - whole_frames * GRID).int()
            # In float32, and exact: half of a hundredth is far more than the product's error.
            frames = ((hundredths.float() + 0.5) * (1 / GRID)).floor_().int()
            read = frames + (whole_frames.int() + start)
            table = part.of(sounds.stage.addresses[1 + at] >> 2) + (hundredths - frames * GRID)
            if at:
                here = output >= begin
                frame, filter_ = torch.where(here, read, frame), torch.where(here, table, filter_)
            else:
                frame, filter_ = read, table
        return frame, filter_


def taps_of(rate: int) -> int:
    """How many samples a filter for this rate takes in."""
    return 2 * -(-_CROSSINGS * max(abs(rate), GRID) // (2 * GRID))


@cache
def filters(rate: int, taps: int) -> NDArray[np.float32]:
    """Windowed sincs as [taps, 100]: of each tap the weights for the hundredths of a frame that a moment lies behind one.

    Tap t meets the frame t - taps/2 + 1 frames behind the one before the moment.
    """
    shrink = max(abs(rate), GRID) / GRID
    half = _CROSSINGS * shrink / 2
    width = (_ATTENUATION_DB - 7.95) / (2.285 * np.pi * _CROSSINGS)  # from pass to stop, as a share of the band
    cutoff = 1.0 if abs(rate) == GRID else (1 - width / 2) / shrink
    distance = (np.arange(taps) - taps // 2 + 1)[:, None] - np.arange(GRID) / GRID
    window = np.i0(0.1102 * (_ATTENUATION_DB - 8.7) * np.sqrt(np.maximum(0.0, 1 - (distance / half) ** 2)))
    weights = np.sinc(cutoff * distance) * np.where(np.abs(distance) < half, window, 0.0)
    table: NDArray[np.float32] = (weights / weights.sum(0)).astype(np.float32)
    table.flags.writeable = False
    return table
