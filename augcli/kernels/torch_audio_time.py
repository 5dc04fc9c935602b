"""Sound kernels that move samples in time: copies of pieces, and resampling."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..core.primitives.audio import GRID
from .torch_audio_lines import Lines, Plain, Sounds
from .torch_audio_values import gaps

# Zero crossings of the resampling filter on both sides together; the window's shape is for 70 dB of attenuation.
_CROSSINGS = 64
_ATTENUATION_DB = 70.0


@dataclass(frozen=True)
class CopyKernel(Plain):
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
                position = read if position is None else torch.where(frame >= begin, read, position)
            assert position is not None
            samples = part.read(torch.minimum(position.clamp_(min=0), part.of(sounds.before - 1)))
            if self.gaps:
                samples *= gaps(sounds, part, self.gaps, 3 * self.pieces)
            part.out.copy_(samples)
        sounds.clear()


@dataclass(frozen=True)
class ResampleKernel(Plain):
    """Pieces at other rates. Numbers: of each piece its beginning, where it is read (frames, and hundredths), and its rate.

    Tables: the address of each piece's filters, as filters() gives them.
    """

    channels: int
    pieces: int
    gaps: int
    taps: int

    def work(self, sounds: Sounds) -> None:
        for part in sounds.parts():
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
            result = total.view(frame.shape)
            if self.gaps:
                result *= gaps(sounds, part, self.gaps, 4 * self.pieces)
            part.out.copy_(result)
        sounds.clear()

    def _positions(self, sounds: Sounds, part: Lines) -> tuple[Tensor, Tensor]:
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
