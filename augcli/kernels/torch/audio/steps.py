"""Turns audio primitives into kernel steps: everything that the host can work out beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from augcli.core.primitives.audio import GRID, SILENCE, Add, AudioPrimitive, Gain, Mask, Piece, Stretch, TimeMap
from augcli.core.values.facts import AudioFacts
from augcli.kernels.shared.noise import key_words, normal_table
from augcli.kernels.torch.batch.arena import Packed, Packer
from augcli.kernels.torch.batch.rounds import Kernel, KernelStep

from .lines import LINE, Work, height_of
from .noise import AddKernel
from .stretch import StretchKernel
from .stretch_grid import grid, passes
from .time import CopyKernel, ResampleKernel, filters, taps_of
from .values import GainKernel, MaskKernel

_NEVER = 1 << 30  # a frame that is never reached
_HARD = 2.0  # the inverse length of an absent fade: it ends half a frame from the edge

Gap = tuple[int, int, float, float]  # start and stop of silence, one over the frames of the fades before and behind
_NO_GAP: Gap = (-(1 << 30), -(1 << 30), _HARD, _HARD)


class SharedArrays:
    """Arrays in the inbox that rows share."""

    def __init__(self, packer: Packer) -> None:
        self._packer = packer
        self._normal: Packed | None = None
        self._filters: dict[tuple[int, int], int] = {}

    def normal(self) -> Packed:
        self._normal = self._normal or self._packer.add(normal_table())
        return self._normal

    def filters(self, rate: int, taps: int) -> int:
        """The address of the filters for a rate."""
        rate = abs(rate)
        if (rate, taps) not in self._filters:
            self._filters[rate, taps] = self._packer.add(filters(rate, taps)).start
        return self._filters[rate, taps]


def steps_of(primitive: AudioPrimitive, facts: AudioFacts, tables: SharedArrays) -> list[KernelStep]:
    """The steps of a primitive for a sound with these facts; none if it changes nothing."""
    frames, channels = facts.frames, facts.channels
    if isinstance(primitive, Gain):
        return [_step(GainKernel(channels), Work(channels, frames, frames, values=(primitive.factor,)))]
    if isinstance(primitive, Mask):
        gaps = _filled_up([(a + fade, b - fade, _slope(fade), _slope(fade)) for a, b, fade in primitive.ranges], _NO_GAP)
        work = Work(channels, frames, frames, *_columns(gaps))
        return [_step(MaskKernel(channels, len(gaps)), work)]
    if isinstance(primitive, Add):
        kernel = AddKernel(
            channels, primitive.kind, primitive.octaves, _power_of_two(height_of(channels, frames)), tables.normal()
        )
        ratio = 10 ** (-primitive.snr_db / 10)
        return [_step(kernel, Work(channels, frames, frames, key_words(primitive.key), (ratio,)))]
    if isinstance(primitive, TimeMap):
        return [] if primitive.is_identity(frames) else [_time_step(primitive, facts, tables)]
    if isinstance(primitive, Stretch):
        return _stretch_steps(primitive, facts, tables)
    raise TypeError(f"no kernel for {type(primitive).__name__}")


def _step(kernel: Kernel, work: Work) -> KernelStep:
    return KernelStep(kernel, (LINE, height_of(work.channels, work.after)), work)


def _time_step(time_map: TimeMap, facts: AudioFacts, tables: SharedArrays) -> KernelStep:
    frames, channels = facts.frames, facts.channels
    found = gaps_of(time_map)
    gaps = _filled_up(found, _NO_GAP) if found else []
    gap_numbers, gap_values = _columns(gaps)
    begun, position = [], 0
    for piece in time_map.pieces:
        begun.append((position, piece))
        position += piece.frames
    begun = _filled_up(begun, (_NEVER, Piece(0, 0, SILENCE)))
    if all(piece.whole for _, piece in begun):
        numbers = chain.from_iterable((begin, piece.start // GRID, piece.rate // GRID) for begin, piece in begun)
        return _step(
            CopyKernel(channels, len(begun), len(gaps)), Work(channels, frames, position, (*numbers, *gap_numbers), gap_values)
        )
    # Silence is read at the other pieces' rate, so that it needs no filters of its own.
    rate = max(abs(piece.rate) for _, piece in begun)
    taps = max(taps_of(piece.rate) for _, piece in begun)
    taps = -(-taps // 16) * 16
    read = [(begin, *divmod(piece.start, GRID), piece.rate) for begin, piece in begun]
    addresses = tuple(tables.filters(piece.rate or rate, taps) for _, piece in begun)
    kernel = ResampleKernel(channels, len(begun), len(gaps), taps)
    return _step(kernel, Work(channels, frames, position, (*chain.from_iterable(read), *gap_numbers), gap_values, addresses))


def _stretch_steps(stretch: Stretch, facts: AudioFacts, tables: SharedArrays) -> list[KernelStep]:
    steps, before, channels = [], facts.frames, facts.channels
    for after in passes(before, stretch.frames) if stretch.frames != before else ():
        plan = grid(before, after, stretch.sample_rate)
        if plan is None:  # too short to splice: it is cut, or padded with silence
            pieces = [Piece(0, min(before, after)), Piece(0, max(0, after - before), SILENCE)]
            steps.append(_time_step(TimeMap.of(pieces), AudioFacts(before, 0, channels), tables))
        else:
            numbers = plan.splices, -(-before // plan.step)
            kernel = StretchKernel(channels, plan.step, _power_of_two(plan.splices))
            steps.append(_step(kernel, Work(channels, before, after, numbers, (plan.cell, before / after))))
        before = after
    return steps


def gaps_of(time_map: TimeMap) -> list[Gap]:
    """Where a map is silent, and where it fades."""
    found: list[list[int]] = []  # start, stop, fade before, fade behind
    position = 0
    for piece in time_map.pieces:
        touching = bool(found) and found[-1][1] == position
        if piece.rate == SILENCE:
            if touching:
                found[-1][1] += piece.frames
            else:
                found.append([position, position + piece.frames, 0, 0])
        elif piece.fade_in:
            if touching:
                found[-1][3] = piece.fade_in
            else:
                found.append([position, position, 0, piece.fade_in])
        position += piece.frames
        if piece.fade_out:
            found.append([position, position, piece.fade_out, 0])
    return [(start, stop, _slope(before), _slope(behind)) for start, stop, before, behind in found]


def _slope(fade: int) -> float:
    return 1 / fade if fade else _HARD


def _columns(gaps: Iterable[Gap]) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Gaps as numbers and values of a kernel."""
    gaps = list(gaps)
    return tuple(chain.from_iterable(gap[:2] for gap in gaps)), tuple(chain.from_iterable(gap[2:] for gap in gaps))


def _filled_up(items: Sequence[Any], filling: Any) -> list[Any]:
    """Pad their number to a power of two, so that rows with different programs share groups more often."""
    return [*items, *[filling] * (_power_of_two(len(items)) - len(items))]


def _power_of_two(least: int) -> int:
    return 1 << max(0, least - 1).bit_length()
