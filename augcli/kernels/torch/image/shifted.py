"""Sums of the pixels around each pixel of a Block: views of its lines with their surroundings, shifted, instead of gathers."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from augcli.kernels.torch.batch.pixels import Block, Stage


def surrounded(stage: Stage, block: Block, height: int, beside: int, above: int) -> Tensor:
    """The lines of a Block and `above` more on both sides, each with `beside` more pixels at both ends; of an image of
    the Block's width and this height, mirrored at its edges: float32 (lines, width · channels)."""
    channels, (lines, width) = stage.channels, block.shape
    near = mirrored(block.top - above, lines + 2 * above, height)
    rows = stage.read(stage.image(block, width, height).index_select(0, near))
    edge, length = beside * channels, width * channels
    result = torch.empty((len(rows), length + 2 * edge), dtype=torch.float32)
    result[:, edge : edge + length] = rows
    if edge:
        pixels = rows.view(len(rows), width, channels)
        result[:, :edge] = pixels.index_select(1, mirrored(-beside, beside, width)).flatten(1)
        result[:, edge + length :] = pixels.index_select(1, mirrored(width, beside, width)).flatten(1)
    return result


def weighed(shape: tuple[int, int], taps: Iterable[tuple[Tensor, float]]) -> Tensor:
    """The sum of views of this shape, each times its weight, in this order; what has no weight adds nothing and is left out."""
    total: Tensor | None = None
    product = torch.empty(shape, dtype=torch.float32)
    for view, weight in taps:
        if not weight:
            continue
        if total is None:
            total = view * weight
        else:
            total += torch.mul(view, weight, out=product)
    return torch.zeros(shape) if total is None else total


def mirrored(first: int, count: int, length: int) -> Tensor:
    """So many indices from `first` on, as Axis.mirrored gives them."""
    index = torch.arange(first, first + count, dtype=torch.int32) % max(2 * (length - 1), 1)
    return torch.minimum(index, 2 * (length - 1) - index).clamp_(min=0)
