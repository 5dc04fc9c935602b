"""Bilinear sampling of a Block at any positions: from a copy of the source that has its surroundings around it.

With surroundings, the four taps of a position are always at the same distances, so one list of places serves them all,
and nothing need be asked of borders. A pixel of three channels is fetched as one word. The arithmetic is that of
BilinearKernel's lists of pixels, value by value (tests/kernels/test_blocks.py).
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from augcli.kernels.shared.depth import EIGHT
from augcli.kernels.torch.batch.pixels import Block, Stage

from .shifted import mirrored

_OUTSIDE = 2  # so far out, all taps are the border's alone
_EXACT = 1 << 24  # below this, places are exact in float32
_WORTHWHILE = 4  # times the pixels of the source, with its surroundings, and a few
_FEW_PIXELS = 1 << 16


class Surrounded(NamedTuple):
    """A source of three channels as int32 words, or of one as bytes; `pad` more pixels on every side."""

    values: Tensor  # (height + 2·pad, width + 2·pad)
    pad: int


class Sampler:
    """Samples rows of a stage, with one or three channels of 8 bits, and keeps the copy of the row in hand."""

    def __init__(self, stage: Stage, border: str) -> None:
        self._stage, self._border = stage, border
        self.fits = stage.channels < 4 and stage.full == EIGHT
        self._row, self._copy = -1, Surrounded(torch.empty(0), 0)

    def sample(self, block: Block, u: Tensor, v: Tensor) -> Tensor | None:
        """Float32 (channels, lines, width) at these positions, counted from the centre of the first pixel; what lies
        outside of a constant border counts 0. None where there would be too much around."""
        width, height = self._stage.numbers[1:3, block.number].tolist()
        column, row = u.floor(), v.floor()
        weight_x, weight_y = u - column, v - row
        pad = _OUTSIDE
        if self._border == "reflect":
            for place, length in ((column, width), (row, height)):
                least, most = (int(end) for end in place.aminmax())
                pad = max(pad, -least, most + 2 - length)
        else:
            column.clamp_(-_OUTSIDE, width + _OUTSIDE - 2)
            row.clamp_(-_OUTSIDE, height + _OUTSIDE - 2)
        pitch, pixels = width + 2 * pad, (width + 2 * pad) * (height + 2 * pad)
        if pixels >= min(_EXACT, _WORTHWHILE * width * height + _FEW_PIXELS):
            return None
        if self._row != block.number or self._copy.pad < pad:
            self._row, self._copy = block.number, Surrounded(self._surrounded(block, width, height, pad), pad)
        pad, pitch = self._copy.pad, width + 2 * self._copy.pad
        place = row.mul_(pitch).add_(column).add_(pad * pitch + pad).int().view(-1)
        other_x, other_y = 1 - weight_x, 1 - weight_y
        result = torch.empty((self._stage.channels, *block.shape), dtype=torch.float32)
        sums = result.unbind(0)
        for down, weight in ((0, other_y), (pitch, weight_y)):
            for along, weight_along in ((0, other_x), (1, weight_x)):
                found = self._copy.values.view(-1)[down + along :].index_select(0, place).view(block.shape)
                share = weight * weight_along
                for total, plane in zip(sums, _planes(found), strict=True):
                    if along or down:
                        total += plane.mul_(share)
                    else:
                        torch.mul(plane, share, out=total)
        return result

    def _surrounded(self, block: Block, width: int, height: int, pad: int) -> Tensor:
        source = self._stage.image(block, width, height)
        pitch, channels = width + 2 * pad, self._stage.channels
        if channels == 1:
            lines = torch.zeros((height, pitch), dtype=torch.uint8)
            lines[:, pad : pad + width] = source
        else:
            parts = torch.zeros((height, pitch, 4), dtype=torch.uint8)
            for channel in range(channels):
                parts[:, pad : pad + width, channel] = source.view(height, width, channels)[:, :, channel]
            lines = parts.view(torch.int32).view(height, pitch)
        if self._border == "constant":
            result = torch.zeros((height + 2 * pad, pitch), dtype=lines.dtype)
            result[pad : pad + height] = lines
            return result
        columns, rows = (self._indices(pad, length) for length in (width, height))
        lines[:, :pad] = lines.index_select(1, columns[:pad] + pad)
        lines[:, pad + width :] = lines.index_select(1, columns[pad + width :] + pad)
        return lines.index_select(0, rows)

    def _indices(self, pad: int, length: int) -> Tensor:
        """Which pixel stands at each place of an axis with its surroundings."""
        if self._border == "reflect":
            return mirrored(-pad, length + 2 * pad, length)
        return torch.arange(-pad, length + pad, dtype=torch.int32).clamp_(0, length - 1)


def _planes(found: Tensor) -> list[Tensor]:
    """The channels of words (or a plane of bytes) as float32."""
    if found.dtype == torch.uint8:
        return [found.float()]
    red = (found & 255).float()
    found >>= 8
    green = (found & 255).float()
    found >>= 8  # nothing lies above blue
    return [red, green, found.float()]
