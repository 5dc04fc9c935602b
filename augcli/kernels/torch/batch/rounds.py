"""Which rows are worked on together: rounds over chains of steps, planned on the host before anything runs.

Each row (and each layer of a Blend) is a chain of steps. In a round, the chains that can go on are grouped by their
next kernel, their channels and depth, whatever their sizes; a group is one list of lines, cut into chunks that bound memory.
There is no padding: a kernel works on exactly the output pixels, and finds its taps by address.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from augcli.kernels.shared.depth import EIGHT

from .arena import SCRATCH, Packed, Packer, Scratch

Size = tuple[int, int]  # width, height


class Spot(NamedTuple):
    """An image in the arena: interleaved, lines one after the other. Its address counts values: bytes, or pairs of them."""

    address: int
    width: int
    height: int
    channels: int
    full: int = EIGHT

    @property
    def unit(self) -> int:
        """Bytes of a value."""
        return 1 if self.full == EIGHT else 2

    @property
    def bytes(self) -> int:
        return self.width * self.height * self.channels * self.unit

    @property
    def start(self) -> int:
        """Its first byte, in scratch or in the inbox."""
        within = self.address - SCRATCH
        return SCRATCH + within * self.unit if within >= 0 else self.address * self.unit


class StepColumns(NamedTuple):
    """What a kernel must know of one row, on the device: addresses as int64, whole numbers as int32, values as float64."""

    addresses: Sequence[int]
    numbers: Sequence[int]  # the first is the width of what comes out
    values: Sequence[float] = ()


class ChunkPart(NamedTuple):
    """Lines `top`…`top + lines` of what comes out of row `row` of a group."""

    row: int
    top: int
    lines: int


class Extra(NamedTuple):
    """A second list of lines for one chunk: an int32 table for the device, and the numbers of its lines and pixels."""

    table: NDArray[np.int32]
    lines: int
    pixels: int


class Kernel(Protocol):
    """One kind of work on many rows at once; equal kernels (frozen dataclasses) share groups."""

    def columns(self, source: Spot, step: KernelStep) -> StepColumns:
        """What the device must know about one row; runs on the host."""

    def extra(self, sources: Sequence[Spot], steps: Sequence[KernelStep], parts: Sequence[ChunkPart]) -> Extra | None:
        """What the device must know about one chunk besides its parts; runs on the host."""

    def run(self, stage: Any) -> None:
        """Do it; runs on the device (pixels.Stage)."""


class KernelStep(NamedTuple):
    """One kernel's work on one row: `size` comes out, `data` is the kernel's own, `layers` are what a Blend waits for."""

    kernel: Kernel
    size: Size
    data: Any = None
    layers: tuple[Chain, ...] = ()


class Chain:
    """A row's path through the rounds."""

    __slots__ = ("done", "kept", "owned", "spot", "steps")

    def __init__(self, spot: Spot, steps: list[KernelStep], kept: bool) -> None:
        self.spot = spot  # where its image is at present
        self.steps = steps
        self.kept = kept  # whether its result is wanted (a layer's is not)
        self.done = 0
        self.owned = False  # whether `spot` is scratch, to be given back

    @property
    def finished(self) -> bool:
        return self.done == len(self.steps)


class Chunk(NamedTuple):
    parts: Packed  # int32 [3, parts]: row, top, lines
    part_count: int
    lines: int
    pixels: int
    out: int  # address
    source: int | None  # address of its pixels before, where those of images of the same size lie in one piece, too
    extra: Packed | None
    extra_lines: int
    extra_pixels: int


class KernelGroup(NamedTuple):
    kernel: Kernel
    channels: int
    full: int  # the highest level of its images
    addresses: Packed  # int64 [columns, rows]
    numbers: Packed  # int32 [columns, rows]
    values: Packed  # float64 [columns, rows]
    chunks: list[Chunk]


class Rounds(NamedTuple):
    """The whole plan: groups in the order they run, bytes of scratch, and the ranges that hold the results of chains."""

    groups: list[KernelGroup]
    scratch: int
    results: list[tuple[int, int]]  # address, bytes: to be put one after the other …
    order: list[Chain]  # … which gives the results of these chains


def plan_rounds(chains: list[Chain], packer: Packer, chunk_pixels: int) -> Rounds:
    """Plan until every chain is finished; what the device must know goes into the packer."""
    scratch = Scratch()
    groups: list[KernelGroup] = []
    results: list[tuple[int, int]] = []
    order: list[Chain] = []
    pending = [chain for chain in chains if not chain.finished]
    while pending:
        together: dict[tuple[Kernel, int, int], list[Chain]] = {}
        for chain in pending:
            step = chain.steps[chain.done]
            if all(layer.finished for layer in step.layers):
                together.setdefault((step.kernel, chain.spot.channels, chain.spot.full), []).append(chain)
        for (kernel, _, _), members in together.items():
            # Results come last, so that those of a group are contiguous.
            members.sort(key=lambda chain: chain.kept and chain.done + 1 == len(chain.steps))
            ends = [chain for chain in members if chain.kept and chain.done + 1 == len(chain.steps)]
            groups.append(_group(kernel, members, scratch, packer, chunk_pixels))
            if ends:
                results.append((ends[0].spot.start, sum(chain.spot.bytes for chain in ends)))
                order.extend(ends)
        pending = [chain for chain in pending if not chain.finished]
    return Rounds(groups, scratch.size, results, order)


def _group(kernel: Kernel, members: list[Chain], scratch: Scratch, packer: Packer, chunk_pixels: int) -> KernelGroup:
    """Plan one kernel's work on these chains, and advance each by one step."""
    sources, steps = [chain.spot for chain in members], [chain.steps[chain.done] for chain in members]
    spots = []
    (_, _, _, channels, full), unit = sources[0], sources[0].unit
    start = scratch.take(unit * sum(step.size[0] * step.size[1] * channels for step in steps), unit)
    address = SCRATCH + (start - SCRATCH) // unit
    for step in steps:
        spots.append(Spot(address, *step.size, channels, full))
        address += spots[-1].bytes // unit
    chunks = []
    for parts in _chunks(spots, chunk_pixels):
        extra = kernel.extra(sources, steps, parts)
        first = spots[parts[0].row]
        chunk = Chunk(
            packer.add(np.array(parts, np.int32).T),
            len(parts),
            sum(part.lines for part in parts),
            sum(part.lines * spots[part.row].width for part in parts),
            first.address + parts[0].top * first.width * channels,
            _in_one_piece(sources, spots, parts),
            packer.add(extra.table) if extra else None,
            extra.lines if extra else 0,
            extra.pixels if extra else 0,
        )
        chunks.append(chunk)
    columns = [kernel.columns(source, step) for source, step in zip(sources, steps, strict=True)]
    group = KernelGroup(
        kernel,
        channels,
        full,
        packer.add(np.array([column.addresses for column in columns], np.int64).T, addresses=unit),
        packer.add(np.array([column.numbers for column in columns], np.int32).T),
        packer.add(np.array([column.values for column in columns], np.float64).T),
        chunks,
    )
    for chain, step, spot in zip(members, steps, spots, strict=True):
        for used in (chain, *step.layers):
            if used.owned:
                scratch.give_back(used.spot.start, used.spot.bytes)
                used.owned = False
        chain.spot, chain.owned = spot, True
        chain.done += 1
    return group


def _chunks(spots: list[Spot], limit: int) -> Iterator[list[ChunkPart]]:
    """Cut what comes out into runs of lines of at most `limit` pixels (one line at least)."""
    parts: list[ChunkPart] = []
    room = limit
    for row, spot in enumerate(spots):
        top = 0
        while top < spot.height:
            lines = min(spot.height - top, max(room // spot.width, 0 if parts else 1))
            if not lines:
                yield parts
                parts, room = [], limit
                continue
            parts.append(ChunkPart(row, top, lines))
            room -= lines * spot.width
            top += lines
    if parts:
        yield parts


def _in_one_piece(sources: list[Spot], spots: list[Spot], parts: list[ChunkPart]) -> int | None:
    """Where the same pixels lie one after the other in the sources, the address of the first."""
    start = next_address = None
    for row, top, lines in parts:
        source = sources[row]
        if (source.width, source.height) != (spots[row].width, spots[row].height):
            return None
        address = source.address + top * source.width * source.channels
        if start is None:
            start = address
        elif address != next_address:
            return None
        next_address = address + lines * source.width * source.channels
    return start
