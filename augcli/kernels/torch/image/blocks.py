"""What kernels do to Blocks: the arithmetic of their lists of pixels, on values as they lie in memory, channel by channel.

Nothing here changes a bit of what they give (tests/kernels/test_blocks.py). Planes would have to be taken apart and put
together, which costs as much as most kernels' own work.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from augcli.kernels.shared.depth import EIGHT
from augcli.kernels.shared.noise import words_torch
from augcli.kernels.torch.batch.pixels import Block, Stage
from augcli.kernels.torch.batch.rounds import Chunk

_LEVELS = torch.arange(256, dtype=torch.uint8)


def reindex(stage: Stage, chunk: Chunk, block: Block) -> None:
    """Copy pixels from where ReindexKernel's numbers say."""
    lines, width = block.shape
    _, along_x, along_y = stage.numbers[:, block.number].tolist()
    start = int(stage.addresses[0, block.number]) + block.top * along_y
    turned = []
    if along_y < 0:
        start += (lines - 1) * along_y
        turned.append(0)
    if along_x < 0:
        start += (width - 1) * along_x
        turned.append(1)
    found = stage.stored.as_strided((lines, width, stage.channels), (abs(along_y), abs(along_x), 1), start)
    stage.after(chunk, block).view(found.shape).copy_(found.flip(turned) if turned else found)


def colour(stage: Stage, chunk: Chunk, block: Block, factors: Sequence[float], shift: Sequence[float]) -> None:
    """`factors`·x + `shift`, with one factor for each pair of colours."""
    colours, channels = len(shift), stage.channels
    rows = [factors[out * colours :][:colours] for out in range(colours)]
    pixels, after = stage.before(chunk, block), stage.after(chunk, block)
    if stage.full == EIGHT and _plainly_coloured(pixels.view(-1, channels), after.view(-1, channels), rows, shift):
        return
    # As one list of values, a colour that goes into another lies so many places on: each such distance is one term.
    edge, alpha = colours - 1, [1.0] * (channels - colours)
    terms = {
        move: [rows[out][out + move] if 0 <= out + move < colours else 0.0 for out in range(colours)]
        for move in range(-edge, edge + 1)
    }
    terms = {move: weights for move, weights in terms.items() if any(weights) or not move}
    if len(terms) == 1:
        total = pixels.to(torch.float32).mul_(_pattern((*terms[0], *alpha), block))
    else:
        count = block.pixels * channels
        padded = torch.zeros(count + 2 * edge)
        padded[edge : edge + count].view(pixels.shape).copy_(pixels)
        total, product = torch.empty(pixels.shape), torch.empty(pixels.shape)
        first = min(terms)
        for move, weights in terms.items():
            pattern = _pattern((*weights, *(alpha if not move else [0.0] * len(alpha))), block)
            moved = padded[edge + move :][:count].view(pixels.shape)
            if move == first:
                torch.mul(moved, pattern, out=total)
            else:
                total += torch.mul(moved, pattern, out=product)
    if any(shift):
        total += _pattern((*shift, *[0.0] * len(alpha)), block)
    stage.store_interleaved(chunk, block, total)


def _plainly_coloured(pixels: Tensor, after: Tensor, rows: Sequence[Sequence[float]], shift: Sequence[float]) -> bool:
    """Do what takes less than sums of all colours, if it is that: copies, inversion, grey; uint8 (pixels, channels)."""
    colours, channels = len(shift), pixels.shape[1]
    sources = [_source(row, constant) for row, constant in zip(rows, shift, strict=True)]
    if None not in sources:
        _pick(pixels, after, sources)
        return True
    if channels < 4 and all(_inverts(rows[out], out, shift[out]) for out in range(colours)):
        torch.bitwise_not(pixels, out=after)
        return True
    if colours > 1 and all(row == rows[0] and constant == shift[0] for row, constant in zip(rows, shift, strict=True)):
        grey = pixels[:, 0].float().mul_(rows[0][0])
        for place in range(1, colours):
            grey += pixels[:, place].float().mul_(rows[0][place])
        grey = grey.add_(shift[0]).round_().clamp_(0, 255).to(torch.int16).to(torch.uint8)
        for place in range(channels):
            after[:, place] = grey if place < colours else pixels[:, place]
        return True
    return False


def _source(row: Sequence[float], constant: float) -> int | float | None:
    """The channel (int) or the level (float) that a colour becomes a mere copy of, if it does."""
    if not any(row):
        return float(round(constant)) if 0 <= constant <= 255 else None
    return row.index(1.0) if sorted(row) == [0.0] * (len(row) - 1) + [1.0] and not constant else None


def _inverts(row: Sequence[float], out: int, constant: float) -> bool:
    return constant == 255 and all(factor == (-1.0 if place == out else 0.0) for place, factor in enumerate(row))


def _pick(pixels: Tensor, after: Tensor, sources: Sequence[int | float | None]) -> None:
    for place in range(pixels.shape[1]):
        source = sources[place] if place < len(sources) else place
        if isinstance(source, int):
            after[:, place] = pixels[:, source]
        elif source is not None:
            after[:, place] = int(source)


def _pattern(values: Sequence[float], block: Block) -> Tensor:
    """Values of channels for each value of a line: float32 (1, width · channels); a mere number where all are the same."""
    if len(set(values)) == 1:
        return torch.tensor([values[:1]], dtype=torch.float32)
    return torch.tensor(values, dtype=torch.float32).expand(block.shape[1], -1).reshape(1, -1)


def look_up(stage: Stage, chunk: Chunk, block: Block, tables: Tensor) -> None:
    """Of 8 bits, each colour becomes what its table says: uint8 [colours, 256]; alpha stays."""
    channels = stage.channels
    pixels, after = stage.before(chunk, block), stage.after(chunk, block)
    first = tables[0]
    if channels < 4 and bool((tables == first).all()):
        if torch.equal(first, _LEVELS & int(first[255])):
            torch.bitwise_and(pixels, int(first[255]), out=after)
            return
        torch.index_select(first, 0, pixels.view(-1).int(), out=after.view(-1))
        return
    whole = torch.cat([tables.reshape(-1), _LEVELS]) if channels == 4 else tables.reshape(-1)
    start = (torch.arange(channels, dtype=torch.int32) * 256).repeat(block.shape[1])
    torch.index_select(whole, 0, (pixels + start).view(-1), out=after.view(-1))


def count_levels(stage: Stage, chunk: Chunk, block: Block) -> Tensor:
    """How often each level is there: int64 [channels, levels]."""
    pixels = stage.before(chunk, block).view(-1, stage.channels)
    return torch.stack([torch.bincount(plane, minlength=stage.full + 1) for plane in pixels.unbind(1)])


def fill(stage: Stage, chunk: Chunk, block: Block) -> None:
    """Of 8 bits, lay FillKernel's rectangles over the image, one after the other."""
    assert chunk.extra is not None
    colours, after = min(stage.channels, 3), stage.after(chunk, block).view(*block.shape, -1)
    after.copy_(stage.before(chunk, block).view(after.shape))
    table = chunk.extra.view(stage.arena)
    for number, (start, width, height) in enumerate(table[:3].T.tolist()):
        top, left = divmod(start, block.shape[1])
        after[top : top + height, left : left + width, :colours] = table[4 : 4 + colours, number].to(torch.uint8)


def normal_noise(stage: Stage, chunk: Chunk, block: Block, first: Tensor, second: Tensor, levels: Tensor) -> None:
    """Of 8 bits, add what `levels` (int16, of 65,536 quantiles) says of counted bits; words are those of lines, (lines, 1)."""
    pixels, after = stage.before(chunk, block), stage.after(chunk, block)
    count = pixels.shape[1]
    # A word holds the bits of two values: as it lies in memory, those of the even one come first.
    words = words_torch(first, second, torch.arange(-(-count // 2), dtype=torch.int32)[None])
    index = words.view(torch.int16)[:, :count].to(torch.int32) & 0xFFFF
    change = levels.index_select(0, index.view(-1)).view(index.shape)
    change += pixels
    after.copy_(change.clamp_(0, 255))


def blend(stage: Stage, chunk: Chunk, block: Block) -> None:
    """Lay BlendKernel's layers, none by its alpha, over the image: each where it shows."""
    (lines, _), channels = block.shape, stage.channels
    weights = stage.values[:, block.number].float()
    shares = list(zip(weights.tolist(), (1 - weights).tolist(), strict=True))
    copies = all(weight == 1 for weight, _ in shares)
    pixels, after = stage.before(chunk, block), stage.after(chunk, block)
    total = after.copy_(pixels) if copies and stage.full == EIGHT else pixels.to(torch.float32)
    for layer, (weight, rest) in enumerate(shares):
        left, top, right, bottom, pitch = stage.numbers[1 + 5 * layer : 6 + 5 * layer, block.number].tolist()
        first, stop = max(top, block.top), min(bottom, block.top + lines)
        if first >= stop:
            continue
        start = int(stage.addresses[1 + layer, block.number]) + (first - top) * pitch * channels
        shape = stop - first, (right - left) * channels
        laid = stage.read(stage.stored.as_strided(shape, (pitch * channels, 1), start))
        part = total[first - block.top : stop - block.top, left * channels : right * channels]
        if weight == 1:
            part.copy_(laid)
        else:
            part.mul_(rest).add_(laid * weight)
    if total is not after:
        stage.store_interleaved(chunk, block, total)


def paint(stage: Stage, chunk: Chunk, block: Block, mask: Tensor, levels: Sequence[int]) -> None:
    """Of 8 bits, x + (level − x)·mask / 255 to the nearest level; the mask is uint8 (lines, width), alpha stays.

    Whole numbers of 16 bits: the sums fit them without a sign.
    """
    pixels, after = stage.before(chunk, block), stage.after(chunk, block)
    if not mask.any():
        after.copy_(pixels)
        return
    spread = torch.zeros((*block.shape, stage.channels), dtype=torch.int16)
    for colour in range(len(levels)):
        spread[:, :, colour] = mask
    spread = spread.view(pixels.shape)
    value = pixels.to(torch.int16).mul_(255 - spread)
    pattern = torch.tensor([*levels, 0][: stage.channels], dtype=torch.int16).repeat(block.shape[1])
    value += spread.mul_(pattern).add_(128)
    value += (value >> 8) & 255
    after.copy_((value >> 8) & 255)
