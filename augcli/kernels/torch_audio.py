"""Sound primitives on any device, a batch of rows at once: one upload, rounds of kernels, one download.

Rows may have any lengths and programs. A row's samples lie in the arena one channel after the other, as lines of equal
length; what is beyond the samples in the last of them has no meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ..core.primitives.audio import AudioPrimitive, Gain
from .arena import Packer, Pending, new_arena, release
from .memory import halving
from .rounds import Chain, Columns, Extra, Part, Spot, Step, plan_rounds
from .torch_pixels import Stage, run_rounds

Samples = NDArray[np.float32]

CHUNK_SAMPLES = {"cpu": 1 << 16, "cuda": 1 << 24}  # so many are worked on at a time
_LINE_SAMPLES = 1024
_SAMPLE_BYTES = 4


Row = tuple[Samples, tuple[AudioPrimitive, ...]]  # float32 (channels, frames), full scale ±1, and what to do to it


def execute(rows: Sequence[Row], device: str = "cpu") -> list[Samples]:
    """Run each row's program; gives float32 (channels, frames) for each row."""
    packer = Packer()
    chains = [_chain(samples, program, packer) for samples, program in rows]
    rounds = plan_rounds(chains, packer, CHUNK_SAMPLES[torch.device(device).type])
    found: dict[Chain, Samples] = {}
    if rounds.results:
        arena = new_arena(packer, rounds.scratch, device)
        values, start = Pending(run_rounds(arena, packer.size, rounds)).wait(), 0
        for chain in rounds.order:
            found[chain] = values[start : start + chain.spot.bytes].view(np.float32)
            start += chain.spot.bytes
    return [
        found[chain][: samples.size].reshape(samples.shape) if chain.steps else samples.copy()
        for chain, (samples, _) in zip(chains, rows, strict=True)
    ]


def execute_halving(rows: Sequence[Row], device: str = "cpu") -> list[Samples]:
    """`execute`, in halves where memory does not suffice; a row that does not fit alone raises SampleError("memory")."""
    return halving(lambda some: execute(some, device), rows, lambda: release(device))


def _chain(samples: Samples, program: Sequence[AudioPrimitive], packer: Packer) -> Chain:
    lines = -(-samples.size // _LINE_SAMPLES)
    if not lines or not program:
        return Chain(Spot(0, 0, 0, _SAMPLE_BYTES), [], kept=True)
    spot = Spot(packer.size, _LINE_SAMPLES, lines, _SAMPLE_BYTES)
    packer.add(samples, room=spot.bytes)
    return Chain(spot, [_step(primitive, (spot.width, spot.height)) for primitive in program], kept=True)


def _step(primitive: AudioPrimitive, size: tuple[int, int]) -> Step:
    if isinstance(primitive, Gain):
        return Step(GainKernel(), size, primitive)
    raise TypeError(f"no kernel for {type(primitive).__name__}")


@dataclass(frozen=True)
class GainKernel:
    """Samples times a factor, in float32."""

    def columns(self, source: Spot, step: Step) -> Columns:
        return Columns((source.address,), (source.width,), (step.data.factor,))

    def extra(self, sources: Sequence[Spot], steps: Sequence[Step], parts: Sequence[Part]) -> Extra | None:
        return None

    def run(self, stage: Stage) -> None:
        samples = stage.arena.view(torch.float32)
        factors = stage.values[0].float()
        for chunk in stage.chunks:
            lines = stage.lines(chunk)
            if chunk.source is not None:
                start = stage.place(chunk.source) // _SAMPLE_BYTES
                before = samples[start : start + chunk.pixels]
            else:
                line = lines.of_row(stage.addresses[0] // _SAMPLE_BYTES) + lines.y * _LINE_SAMPLES
                before = samples.index_select(0, lines.spread(line) + lines.x)
            out = stage.place(chunk.out) // _SAMPLE_BYTES
            torch.mul(before, lines.row_of_pixel(factors), out=samples[out : out + chunk.pixels])
