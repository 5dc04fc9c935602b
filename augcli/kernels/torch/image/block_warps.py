"""Blocks of warps that do not turn: whole lines are picked, then whole columns, instead of every pixel for itself.

The arithmetic is that of the lists of pixels, value by value (tests/kernels/test_blocks.py).
"""

from __future__ import annotations

import torch
from torch import Tensor

from augcli.kernels.torch.batch.pixels import Block, Stage
from augcli.kernels.torch.batch.rounds import Chunk


def shift(stage: Stage, chunk: Chunk, block: Block, origin: tuple[int, int], fill: list[int]) -> None:
    """Copy the pixels from this row and column on, whatever they are; where there is no source, put `fill`."""
    (top, left), (lines, columns) = origin, block.shape
    source, after = _source(stage, block), stage.after(chunk, block).view(lines, columns, -1)
    stored = torch.tensor(fill, dtype=torch.int32).to(stage.stored.dtype)
    after.copy_(stored.repeat(columns).view(1, columns, -1))
    first_row, first_column = max(top, 0), max(left, 0)
    part = source[first_row : max(top + lines, 0), first_column : max(left + columns, 0)]
    after[first_row - top :, first_column - left :][: part.shape[0], : part.shape[1]] = part
    _without_hidden(after)


def pick(stage: Stage, chunk: Chunk, block: Block, rows: Tensor, columns: Tensor) -> None:
    """Copy the pixels at these rows (lines, 1) and columns (1, width), whole numbers that mostly go up by one."""
    after = stage.after(chunk, block).view(*block.shape, -1)
    picked, columns = _source(stage, block).index_select(0, rows.view(-1).int()), columns.view(-1).int()
    start, stop = _longest_run(columns.tolist())
    first = int(columns[start])
    after[:, start:stop] = picked[:, first : first + stop - start]
    for border in (slice(start), slice(stop, None)):
        after[:, border] = picked.index_select(1, columns[border])
    _without_hidden(after)


def _source(stage: Stage, block: Block) -> Tensor:
    width, height = stage.numbers[1:3, block.number].tolist()
    return stage.image(block, width, height).view(height, width, -1)


def _without_hidden(pixels: Tensor) -> None:
    """Of RGBA, make black what is wholly clear, as weighing by alpha does."""
    if pixels.shape[2] == 4:
        pixels[:, :, :3] *= pixels[:, :, 3:] != 0


def _longest_run(columns: list[int]) -> tuple[int, int]:
    """The longest stretch that goes up by one (start, stop)."""
    best, start = (0, 0), 0
    for place in range(1, len(columns) + 1):
        if place == len(columns) or columns[place] != columns[place - 1] + 1:
            best = max(best, (start, place), key=lambda run: run[1] - run[0])
            start = place
    return best


Taps = tuple[tuple[Tensor, Tensor], list[Tensor]]  # two places along an axis as whole float32, and their weights


def scaled(stage: Stage, block: Block, down: Taps, across: Taps) -> Tensor:
    """Weighted sums of the pixels at two rows (lines, 1) and two columns (1, width): float32 (lines, width · channels)."""
    rows = [row.view(-1).int() for row in down[0]]
    first, last = (int(end) for end in torch.cat(rows).aminmax())
    lines = stage.read(_source(stage, block).flatten(1)[first : last + 1]).float()
    picked = [lines.index_select(1, _of_values(column, stage.channels)) for column in across[0]]
    weights_x = [channelwise(weight, stage.channels) for weight in across[1]]
    total: Tensor | None = None
    for row, weight_y in zip(rows, down[1], strict=True):
        for columns, weight_x in zip(picked, weights_x, strict=True):
            tap = columns.index_select(0, row - first).mul_(weight_y * weight_x)
            total = tap if total is None else total.add_(tap)
    assert total is not None
    return total


def channelwise(values: Tensor, channels: int) -> Tensor:
    """Values of columns (1, width) as those of their channels, (1, width · channels)."""
    return values.view(-1, 1).expand(-1, channels).reshape(1, -1)


def _of_values(columns: Tensor, channels: int) -> Tensor:
    """Where the channels of these columns are in a line: int32 (width · channels)."""
    return (columns.view(-1, 1).int() * channels + torch.arange(channels, dtype=torch.int32)).view(-1)


def reduce(stage: Stage, chunk: Chunk, block: Block) -> None:
    """Means of blocks of pixels, halves rounded up, as ReduceKernel's numbers say; 8 bits, no alpha."""
    _, width, height, kx, ky, left, top = stage.numbers[:, block.number].tolist()
    columns = [(block.x * kx + (left + along)).clamp_(max=width - 1) for along in range(kx)]
    image, area = _source(stage, block).flatten(1), kx * ky
    first = block.top * ky + top
    if first + block.shape[0] * ky <= height:
        rows = [image[first + line :: ky][: block.shape[0]] for line in range(ky)]
    else:
        rows = [image.index_select(0, (block.y * ky + (top + line)).clamp_(max=height - 1).view(-1)) for line in range(ky)]
    down = rows[0].float()
    for row in rows[1:]:
        down += row
    sums = down.index_select(1, _of_values(columns[0], stage.channels))
    for column in columns[1:]:
        sums += down.index_select(1, _of_values(column, stage.channels))
    # Float32 tells quotients apart that are 1 / (2·area) apart, as long as there are not too many pixels in a block.
    sums = sums.mul_(2).add_(area)
    means = sums.div_(2 * area) if area <= 1024 else sums.double() / (2 * area)
    stage.after(chunk, block).copy_(means.floor_().to(torch.int16))
