"""Sound kernels that leave samples where they are: gain, gaps, noise."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .arena import Packed
from .noise import halves_torch, row_words_torch
from .torch_audio_lines import LINE, Lines, Plain, Sounds, halved

# One octave of coloured noise from the one below it: the lower octave at twice the rate, through the four taps (b, a, a, b),
# plus white noise through (d, c, d). Fitted so that each octave's spectrum is the next one's moved by an octave; from
# rate / 2^octaves up, the whole is within 0.35 dB of 1/f (pink) and 1/f² (brown).
_COLOURS = {
    "pink": (0.8875061, 0.08376595, 1.52934189, 0.03470776),
    "brown": (1.13305744, 0.27045418, 3.60315321, 0.82744847),
}
_LOWEST = 2.0  # standard deviation of the lowest octave, which is white
_COUNT_FROM = 64  # so that counters of coloured noise, which begins a little before the sound, are above 0
_CHANNELS = 64  # more than any sound has


@dataclass(frozen=True)
class GainKernel(Plain):
    """Samples times a factor, in float32."""

    channels: int

    def work(self, sounds: Sounds) -> None:
        factor = sounds.value(0).float()
        for part in sounds.parts():
            torch.mul(part.same(), part.of(factor), out=part.out)


@dataclass(frozen=True)
class MaskKernel(Plain):
    """Gaps. Numbers of each: start and stop of its silence; values: one over its fades."""

    channels: int
    gaps: int

    def work(self, sounds: Sounds) -> None:
        for part in sounds.parts():
            torch.mul(part.same(), gaps(sounds, part, self.gaps, 0), out=part.out)


def gaps(sounds: Sounds, part: Lines, count: int, first: int) -> Tensor:
    """The product of `count` gaps, whose numbers begin with the kernel's own column `first`."""
    product: Tensor | None = None
    for at in range(count):
        start, stop = (part.of(sounds.number(first + 2 * at + side)) for side in (0, 1))
        fades = (part.of(sounds.value(2 * at + side).float()) for side in (0, 1))
        gap = part.gap(start, stop, *fades)
        product = gap if product is None else product.mul_(gap)
    assert product is not None
    return product


@dataclass(frozen=True)
class AddKernel(Plain):
    """Noise at a ratio to the power of what is there. Numbers: two words of the key; values: the power ratio.

    `lines` is a power of two, and none of the sounds takes more lines.
    """

    channels: int
    kind: str
    octaves: int
    lines: int
    table: Packed

    def work(self, sounds: Sounds) -> None:
        table = self.table.view(sounds.stage.arena)
        for part in sounds.parts():
            part.out.copy_(self._noise(sounds, part, table))
        sounds.clear()
        powers = [torch.cat([_squares(part.same()), _squares(part.out)], 1) for part in sounds.parts()]
        signal, noise = sounds.row_sums(torch.cat(powers), self.lines).unbind(1)
        factor = (signal * sounds.value(0) / noise.clamp(min=1e-300)).sqrt().float()
        for part in sounds.parts():
            part.out.mul_(part.of(factor)).add_(part.same())

    def _noise(self, sounds: Sounds, part: Lines, table: Tensor) -> Tensor:
        if self.kind == "white":
            return _white(sounds, part, table, 0, 0, LINE, 0)
        a, b, c, d = _COLOURS[self.kind]
        spans = [(0, LINE)]  # of each octave, relative to its place of the line's beginning
        for _ in range(self.octaves):
            first, last = spans[-1]
            spans.append((first // 2 - 1, -(-last // 2)))
        noise = _white(sounds, part, table, self.octaves, *spans[-1]) * _LOWEST
        for octave in reversed(range(self.octaves)):
            first, last = spans[octave]
            low, lower = noise[:, 1:], noise[:, :-1]
            twice = torch.stack([low * b + lower * a, low * a + lower * b], 2).flatten(1)
            twice = twice[:, first & 1 : (first & 1) + last - first]
            white = _white(sounds, part, table, octave, first - 1, last + 1)
            noise = twice + (white[:, 1:-1] * c + (white[:, :-2] + white[:, 2:]) * d)
        return noise


def _white(
    sounds: Sounds, part: Lines, table: Tensor, octave: int, first: int, last: int, count_from: int = _COUNT_FROM
) -> Tensor:
    """Normal values of an octave, from `first` to `last` of its values after the line's beginning: [lines, last - first].

    In octave 0, counted from 0, those of channel c are the ones of noise.gaussian in row c.
    """
    low, high = (part.of(sounds.number(word)) for word in (0, 1))
    words = row_words_torch(low, high, part.channel + octave * _CHANNELS)
    along = torch.arange(first + count_from, last + count_from, dtype=torch.int32, device=sounds.device)[None]
    index = halves_torch(*words, (part.first >> octave) + along)
    return table.index_select(0, index.flatten()).view(index.shape)


def _squares(samples: Tensor) -> Tensor:
    """Sums of squares of lines, in float64."""
    values = samples.double()
    return halved(values * values, 1)
