"""The costs of the jumps of a stretch, in whole numbers: first on a coarse copy of the sound, then exactly.

Sums are of whole numbers in float64 below 2^53, so they are exact in any order, and the results of an FFT are rounded
back to the whole numbers that they must be.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .lines import Sounds, starts
from .stretch_grid import REACH, WINDOW
from .stretch_path import NOT_THERE, TIES, cheapest

_PAD = 1024  # silence around each sound's coarse copy, more than any window reaches
_ONE = 1 << 16  # full scale, as a whole number
_MOST = 1 << 18  # anything louder than 12 dB above full scale counts as this
_ONE_STEEP, _MOST_STEEP = 1 << 14, 1 << 16  # the same for steps from sample to sample, added up over a coarse sample
_PRICE = 1 << 16  # of a jump between sounds that have nothing in common
_LAGS = 4 * REACH + 1
_FFT = 288  # at least WINDOW + _LAGS - 1
_BLOCK = 4096  # cells priced at once

_ASTRAY = 0.02  # price of being REACH away from where one belongs, in units of _PRICE
_SKIPPED = 10.0  # price of skipping or repeating as much power as there is around in WINDOW, if it is an attack's
_MISPLACED, _MISPLACED_MOST = 10.0, 100.0  # price of an attack that is REACH away from where it belongs, by its power
_ATTACK_FROM = 64 + 4 + 15  # behind the power before, in the middle of the 2 ms, and in the middle of the fade
_ATTACK_SPAN = 256  # of a cell in the source, where attacks are looked for

_FINE_WINDOW = 256  # samples that are compared for exact jumps


class Cells:
    """The cells of all rows, one after the other: `row` and `number` (from 1), and where each splice may be.

    All in coarse samples: `moment` is the middle of the splice in the source, `place` the offset of a run whose middle is where
    it belongs (source less what comes out), `ahead` how much of that is owed to its being the middle, `drift` how far `place`
    moves from cell to cell.
    """

    def __init__(self, sounds: Sounds, step: int, most: int) -> None:
        self.sounds, self.step, self.most = sounds, step, most
        self.device, self.rows = sounds.device, sounds.rows
        chunks = sounds.stage.chunks
        total, self.coarse_total = sum(chunk.extra_lines for chunk in chunks), sum(chunk.extra_pixels for chunk in chunks)
        self.counts, self.coarse_counts = sounds.number(0), sounds.number(1)
        self.row = torch.repeat_interleave(self.counts, output_size=total)
        self.number = torch.arange(total, device=self.device) - self.of(starts(self.counts)) + 1
        cell, self.rate = self.of(sounds.value(0)), self.of(sounds.value(1))
        self.moment = (self.number * cell * self.rate + 0.5).floor().long()
        self.ahead = cell * (self.rate - 1) * (1 - 0.5 / self.rate)
        self.place = (self.number * cell * (self.rate - 1) + self.ahead + 0.5).floor().long()
        self.drift = self.place - self.before(self.place)

    @staticmethod
    def coarse_length(coarse: int) -> int:
        return coarse + 2 * _PAD

    def of(self, values: Tensor) -> Tensor:
        """For each cell, the value of its row."""
        return values.index_select(0, self.row)

    def before(self, values: Tensor) -> Tensor:
        """For each cell, the value of the cell before; 0 for a row's first."""
        return torch.cat([torch.zeros_like(values[:1]), values[:-1]]) * (self.number > 1)

    def ends(self) -> Tensor:
        """For each row, its last cell."""
        return self.counts.cumsum(0) - 1

    def only(self, wanted: Tensor) -> Tensor:
        """The numbers of the wanted cells; where it would have to be waited for the device, of all of them."""
        if self.device.type == "cpu":
            return wanted.nonzero()[:, 0]
        return torch.arange(wanted.shape[0], device=self.device)


def blocks(count: int) -> list[slice]:
    """So many cells, a bounded number at a time."""
    return [slice(at, at + _BLOCK) for at in range(0, count, _BLOCK)]


def coarse_path(cells: Cells) -> Tensor:
    """The offset of each cell's run, in coarse samples."""
    copy = _Coarse(cells)
    jumps, states = (
        torch.cat(parts) for parts in zip(*(copy.prices(block) for block in blocks(cells.row.shape[0])), strict=True)
    )
    last = ((cells.sounds.before - cells.sounds.after).double() / cells.step + 0.5).floor().long()
    ends = (last - cells.place.index_select(0, cells.ends())).clamp(-REACH, REACH) + REACH
    return cells.place + cheapest(jumps, states, ends, cells.counts, cells.most) - REACH


class _Coarse:
    """The coarse copies of all rows, one after the other with silence around, and sums of their power."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        sounds, step = cells.sounds, cells.step
        lengths = cells.coarse_counts + 2 * _PAD
        top = starts(lengths)
        row = torch.repeat_interleave(lengths, output_size=cells.coarse_total)
        number = torch.arange(cells.coarse_total, dtype=torch.int32, device=cells.device) - top.index_select(0, row) - _PAD
        number = torch.minimum(number.clamp_(min=-1), cells.coarse_counts.index_select(0, row)) * step
        self.channels, sharp = [], []
        for start in sounds.channel_starts().unbind(1):
            address = number + start.index_select(0, row)
            before = sounds.samples[: sounds.samples.shape[0] - 1].index_select(0, address - 1)
            total: Tensor | None = None
            steepness = torch.zeros_like(before)
            for at in range(step):
                value = sounds.samples[at:].index_select(0, address)
                steepness += (value - before).mul_(_ONE_STEEP).abs_().round_()
                total = value.double() if total is None else total.add_(value)
                before = value
            assert total is not None
            self.channels.append(_whole(total * (1 / step)))
            steepness = steepness.clamp_(max=_MOST_STEEP).double()
            sharp.append(steepness * steepness)
        self.top = cells.of(top).long() + _PAD
        power = _sums([channel * channel for channel in self.channels], (32, 64, 1024))
        self.window = power[64][:-32] + power[32][64:]  # of WINDOW, from here on
        self.around = power[1024]
        # Attacks: 2 ms that are more than 4 times as steep (in power) as the 16 ms before them, spread over the length of a
        # fade (32), so that no splice may come near.
        steep = _sums(sharp, (8, 64, 1024))
        self.steep_around = steep[1024]
        attack = (steep[8][64:] * 2 - steep[64][: len(steep[8]) - 64] - 64.0).clamp_(min=0)  # 16 times the excess
        attack = (attack * (1 / (16 * 32))).floor_()
        for count in (1, 2, 4, 8, 16):
            attack = attack[:-count] + attack[count:]
        self.attack = attack  # from place _ATTACK_FROM on

    def prices(self, block: slice) -> tuple[Tensor, Tensor]:
        """For some cells, the cost of jumps into the cell and the cost of each state."""
        cells = self.cells
        moment = self.top[block] + cells.moment[block]
        drift = cells.drift[block]
        start = moment - WINDOW // 2
        target = start + drift - 2 * REACH
        windows = [(_runs(channel, start, WINDOW), _runs(channel, target, WINDOW + _LAGS - 1)) for channel in self.channels]
        alike = correlated(windows, _FFT, _LAGS)
        power = self.window.index_select(0, start)[:, None]
        powers = power + _runs(self.window, target, _LAGS)
        around = (self.around.index_select(0, moment - 512) * (WINDOW / 1024))[:, None]
        floor = 16.0 * WINDOW
        price = (powers - alike * 2) / ((powers + floor) * (around * 2 + floor)).sqrt()
        # Attack that lies between here and where the jump goes.
        passed = _runs(self.attack, moment + drift - 2 * REACH - _ATTACK_FROM, _LAGS).cumsum(1)
        passed = torch.cat([torch.zeros_like(passed[:, :1]), passed[:, :-1]], 1)
        here = passed.gather(1, (2 * REACH - drift).clamp(0, _LAGS - 1)[:, None])
        steep = self.steep_around.index_select(0, moment - 512)[:, None] * (2 * WINDOW / 1024) + floor
        price += (passed - here).abs() / steep * _SKIPPED
        jumps = (price.clamp_(max=1e4) * _PRICE).floor().long() * TIES
        return jumps, self._astray(block, moment, steep)

    def _astray(self, block: slice, moment: Tensor, steep: Tensor) -> Tensor:
        """The cost of straying from the right position: small, or in proportion to the attacks in the cell."""
        cells = self.cells
        rate = cells.rate[block][:, None]
        along = torch.arange(_ATTACK_SPAN, device=cells.device, dtype=torch.float64)[None]
        cell = cells.of(cells.sounds.value(0))[block][:, None]
        attack = _runs(self.attack, moment - _ATTACK_FROM, _ATTACK_SPAN) * (along < cell * rate)
        strength = attack.sum(1, keepdim=True)
        middle = (attack * along).sum(1, keepdim=True) / strength.clamp(min=1)
        best = (middle * ((rate - 1) / rate) - cells.ahead[block][:, None]).clamp(-REACH, REACH)
        price = (strength / steep * _MISPLACED).clamp_(max=_MISPLACED_MOST)
        state = torch.arange(-REACH, REACH + 1, device=cells.device, dtype=torch.float64)[None]
        away, astray = (state - best) / REACH, state / REACH
        return ((away * away * price + astray * astray * _ASTRAY) * _PRICE).floor().long() * TIES


def _sums(channels: list[Tensor], lengths: tuple[int, ...]) -> dict[int, Tensor]:
    """Sums over all channels and a number of values from each position on; the lengths are powers of two."""
    summed = torch.stack(channels).sum(0) if len(channels) > 1 else channels[0]
    kept, count = {}, 1
    while count < lengths[-1]:
        summed = summed[:-count] + summed[count:]
        count *= 2
        if count in lengths:
            kept[count] = summed
    return kept


def exact_jumps(cells: Cells, path: Tensor) -> tuple[Tensor, Tensor]:
    """The offset of each cell's run in frames, and how alike the two ends of its jump are, from 0 to 1."""
    reach = -(-cells.step // 2) + 1  # frames that a run may be away from the coarse path
    lag = path - cells.before(path)
    # Where the coarse path does not jump, neither does the exact one; but each row must reach its end at its last cell.
    may_jump = (lag != 0).index_fill_(0, cells.ends(), True)
    some = cells.only(may_jump)
    found = [_fine(cells, some[block], lag.index_select(0, some[block]), 2 * reach) for block in blocks(some.shape[0])]
    alike, powers = (torch.cat(parts) for parts in zip(*found, strict=True))
    price = ((powers - alike * 2) / (powers + 16.0 * _FINE_WINDOW)).clamp_(min=0)
    jumps = (price * _PRICE).floor().long() * TIES
    stays = torch.full_like(jumps[:1], NOT_THERE)
    stays[:, 2 * reach].zero_()
    jumps = torch.where(may_jump.index_select(0, some)[:, None], jumps, stays)
    last = (cells.sounds.before - cells.sounds.after).long() - path.index_select(0, cells.ends()) * cells.step
    ends = last.clamp(-reach, reach) + reach
    counts = torch.zeros(cells.rows, dtype=torch.int64, device=cells.device)
    counts.index_add_(0, cells.row.index_select(0, some), torch.ones_like(some))
    chosen = cheapest(jumps, torch.zeros_like(jumps[:, : 2 * reach + 1]), ends, counts, cells.most) - reach
    # Cells between are where the last one of these before them is; before a row's first of them, nothing has moved.
    number = torch.full_like(path, -1).index_copy_(0, some, torch.arange(some.shape[0], device=cells.device))
    number = number.cummax(0).values
    latest = number.clamp(min=0)
    known = (number >= 0) & (cells.row.index_select(0, some.index_select(0, latest)) == cells.row)
    moved = chosen.index_select(0, latest) * known
    place = ((moved - cells.before(moved)).index_select(0, some) + 2 * reach)[:, None]
    found_alike, found_powers = alike.gather(1, place)[:, 0], powers.gather(1, place)[:, 0]
    likeness = torch.ones(path.shape, dtype=torch.float64, device=cells.device)
    likeness.index_copy_(0, some, (found_alike * 2 / found_powers.clamp(min=1)).clamp_(0, 1))
    return path * cells.step + moved, likeness


def _fine(cells: Cells, some: Tensor, lag: Tensor, lags: int) -> tuple[Tensor, Tensor]:
    """Products and powers of the windows around each jump's ends, with its end moved by up to `lags` frames each way."""
    sounds = cells.sounds
    start = cells.moment.index_select(0, some) * cells.step - _FINE_WINDOW // 2
    target = start + lag * cells.step - lags
    row = cells.row.index_select(0, some)
    last = sounds.before.index_select(0, row)[:, None]
    count = _FINE_WINDOW + 2 * lags
    windows = []
    power = powers = torch.zeros((), dtype=torch.float64, device=cells.device)
    for channel in sounds.channel_starts().index_select(0, row).unbind(1):

        def read(first: Tensor, length: int, channel: Tensor = channel) -> Tensor:
            frame = first[:, None] + torch.arange(length, device=cells.device)
            address = torch.minimum(frame.clamp_(min=-1), last) + channel[:, None]
            return _whole(sounds.samples.index_select(0, address.flatten()).view(address.shape).double())

        here, there = read(start, _FINE_WINDOW), read(target, count)
        windows.append((here, there))
        power = (here * here).sum(1, keepdim=True) + power
        summed = torch.cat([torch.zeros_like(there[:, :1]), (there * there).cumsum(1)], 1)
        powers = summed[:, _FINE_WINDOW:] - summed[:, :-_FINE_WINDOW] + powers
    return correlated(windows, _fft_size(count), 2 * lags + 1), power + powers


def correlated(windows: list[tuple[Tensor, Tensor]], size: int, lags: int) -> Tensor:
    """Sums of products of the first with each stretch of the second, over channels: [cells, lags]; whole numbers."""
    spectrum: Tensor | None = None
    for here, there in windows:
        product = torch.fft.rfft(there, size).mul_(torch.fft.rfft(here, size).conj_physical_())
        spectrum = product if spectrum is None else spectrum.add_(product)
    products: Tensor = torch.fft.irfft(spectrum, size)[:, :lags]
    return products.round()


def _whole(samples: Tensor) -> Tensor:
    return samples.mul_(_ONE).round_().clamp_(-_MOST, _MOST)


def _runs(values: Tensor, start: Tensor, length: int) -> Tensor:
    """Stretches of values: [cells, length]."""
    return values.as_strided((values.shape[0] - length + 1, length), (1, 1)).index_select(0, start)


def _fft_size(least: int) -> int:
    """A size that is a product of small numbers."""
    return min(size for size in (288, 320, 360, 384, 400, 512) if size >= least)
