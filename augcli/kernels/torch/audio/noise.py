"""The audio kernel that adds noise at a ratio: its bits are counted, so they do not depend on the batch or the device."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from augcli.kernels.shared.noise import row_words_torch, words_torch
from augcli.kernels.torch.batch.arena import Packed

from .lines import LINE, SoundKernel, SoundLines, Sounds, halved

# One octave of coloured noise from the one below it: the lower octave at twice the rate, through the four taps (b, a, a, b),
# plus white noise through (d, c, d). Fitted so that each octave's spectrum is the next one's moved by an octave; from
# rate / 2^octaves up, the whole is within 0.35 dB of 1/f (pink) and 1/f² (brown).
_COLOURS = {
    "pink": (0.8875061, 0.08376595, 1.52934189, 0.03470776),
    "brown": (1.13305744, 0.27045418, 3.60315321, 0.82744847),
}
_LOWEST = 2.0  # standard deviation of the lowest octave, which is white
_COUNT_FROM = 64  # keeps counters of coloured noise, which begins a little before the sound, above 0
_CHANNELS = 64  # more than any sound has channels


@dataclass(frozen=True)
class AddKernel(SoundKernel):
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

    def _noise(self, sounds: Sounds, part: SoundLines, table: Tensor) -> Tensor:
        if self.kind == "white":
            return _white(sounds, part, table, [(0, LINE)])[0]
        a, b, c, d = _COLOURS[self.kind]
        spans = [(0, LINE)]  # of each octave, relative to its place of the line's beginning
        for _ in range(self.octaves):
            first, last = spans[-1]
            spans.append((first // 2 - 1, -(-last // 2)))
        around = [(first - 1, last + 1) for first, last in spans[:-1]]
        white = _white(sounds, part, table, [*around, spans[-1]], _COUNT_FROM)
        noise = white[-1] * _LOWEST
        for octave in reversed(range(self.octaves)):
            first, last = spans[octave]
            low, lower, own = noise[:, 1:], noise[:, :-1], white[octave]
            twice = torch.stack([low * b + lower * a, low * a + lower * b], 2).flatten(1)
            twice = twice[:, first & 1 : (first & 1) + last - first]
            noise = twice + (own[:, 1:-1] * c + (own[:, :-2] + own[:, 2:]) * d)
        return noise


def _white(sounds: Sounds, part: SoundLines, table: Tensor, spans: list[tuple[int, int]], count_from: int = 0) -> list[Tensor]:
    """Normal values of octave 0, 1, …: of each those in its span, counted from its place of the line's beginning.

    In octave 0, counted from 0, those of channel c are the ones of noise.gaussian in row c.
    """
    device = sounds.device
    spans = [(first + count_from, last + count_from) for first, last in spans]
    pairs = [torch.arange(first >> 1, (last + 1) >> 1, dtype=torch.int32, device=device) for first, last in spans]
    octave = torch.cat([torch.full_like(pair, number) for number, pair in enumerate(pairs)])[None]
    rows = part.channel + torch.arange(len(spans), dtype=torch.int32, device=device) * _CHANNELS
    before, between = row_words_torch(part.of(sounds.number(0)), part.of(sounds.number(1)), rows)
    if len(spans) > 1:
        before, between = before.index_select(1, octave[0]), between.index_select(1, octave[0])
    counter = (part.first >> (octave + 1)) + torch.cat(pairs)
    # Each word is cut in two, the low half first.
    index = words_torch(before, between, counter).view(torch.int16).int().bitwise_and_(0xFFFF)
    values = table.index_select(0, index.flatten()).view(index.shape)
    found, start = [], 0
    for (first, last), pair in zip(spans, pairs, strict=True):
        found.append(values[:, start + (first & 1) :][:, : last - first])
        start += 2 * pair.shape[0]
    return found


def _squares(samples: Tensor) -> Tensor:
    """Sums of squares of lines, in float64."""
    values = samples.double()
    return halved(values * values, 1)
