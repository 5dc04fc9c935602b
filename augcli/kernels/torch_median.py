"""Medians of squares on any device, many pictures of any sizes at once, by a network of minima and maxima.

The columns of a square are sorted, then its rows. What then cannot be in the middle is dropped, and of the rest the
smallest and the largest are taken away until one is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .rounds import Columns, Extra, Part, Spot, Step
from .torch_pixels import Lines, Stage


@dataclass(frozen=True)
class MedianKernel:
    radius: int

    def columns(self, source: Spot, step: Step) -> Columns:
        return Columns((source.address,), (source.width, source.height))

    def extra(self, sources: Sequence[Spot], steps: Sequence[Step], parts: Sequence[Part]) -> Extra:
        """The lines of the chunk, longer by the radius at both ends."""
        pixels = sum(lines * (sources[row].width + 2 * self.radius) for row, _, lines in parts)
        return Extra(np.array(parts, np.int32).T, sum(lines for _, _, lines in parts), pixels)

    def run(self, stage: Stage) -> None:
        width, height = stage.numbers[0], stage.numbers[1]
        edge = 2 * self.radius + 1
        for chunk in stage.chunks:
            assert chunk.extra is not None
            parts = chunk.extra.view(stage.arena)
            longer = Lines(parts, chunk.part_count, chunk.extra_lines, chunk.extra_pixels, width + 2 * self.radius)
            column = torch.minimum((longer.x - self.radius).clamp_(min=0), longer.row_of_pixel(width - 1)) * stage.channels
            last, stride = longer.of_row(height - 1), longer.of_row(width) * stage.channels
            start = longer.of_row(stage.addresses[0])
            rows = []
            for row in range(edge):
                line = torch.minimum((longer.y + (row - self.radius)).clamp_(min=0), last) * stride + start
                rows.append(stage.gather(column + longer.spread(line), stage.channels))
            _sort(rows)
            # Columns of the squares are the same list, shifted; each line ends in 2·radius pixels of no meaning.
            count = longer.pixels - 2 * self.radius
            found = _middle([[row[:, k : k + count] for row in rows] for k in range(edge)])
            lines = stage.lines(chunk)
            line = torch.arange(chunk.lines, dtype=torch.int32, device=stage.device) * (2 * self.radius)
            index = torch.arange(chunk.pixels, dtype=torch.int32, device=stage.device) + lines.spread(line)
            stage.store(chunk, found.index_select(1, index))


def _sort(values: list[Tensor]) -> None:
    """Put the smallest of each place into the first, and so on."""
    for end in range(len(values) - 1, 0, -1):
        for place in range(end):
            _exchange(values, place, place + 1)


def _middle(columns: Sequence[Sequence[Tensor]]) -> Tensor:
    """The median of a square of an odd edge, given as sorted columns."""
    edge = len(columns)
    half = (edge * edge + 1) // 2
    left: list[Tensor] = []
    for row in range(edge):
        values = [column[row] for column in columns]
        _sort(values)
        # Those above and to the left are not larger, those below and to the right not smaller.
        left += [
            value
            for column, value in enumerate(values)
            if (row + 1) * (column + 1) <= half and (edge - row) * (edge - column) <= half
        ]
    count = len(left) // 2 + 2
    some, rest = left[:count], left[count:]
    while len(some) > 1:
        _ends_outward(some)
        some = some[1:-1] + rest[:1]
        rest = rest[1:]
    return some[0]


def _ends_outward(values: list[Tensor]) -> None:
    """Bring the smallest to the front and the largest to the back."""
    count = len(values)
    for place in range(count // 2):
        _exchange(values, place, count - 1 - place)
    for place in range(1, (count + 1) // 2):
        _exchange(values, 0, place)
    for place in range(count // 2, count - 1):
        _exchange(values, place, count - 1)


def _exchange(values: list[Tensor], first: int, second: int) -> None:
    one, other = values[first], values[second]
    values[first], values[second] = torch.minimum(one, other), torch.maximum(one, other)
