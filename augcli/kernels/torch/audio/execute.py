"""Audio primitives on any device, a batch of rows at once: one upload, rounds of kernels, one download.

Rows may have any lengths, channels and programs. A row's result does not depend on the other rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from augcli.core.primitives.audio import AudioPrimitive
from augcli.core.values.facts import AudioFacts
from augcli.kernels.torch.batch.arena import Packer, Pending, new_arena, release
from augcli.kernels.torch.batch.memory import halving
from augcli.kernels.torch.batch.pixels import run_rounds
from augcli.kernels.torch.batch.rounds import Chain, Spot, plan_rounds

from .lines import LINE, SAMPLE_BYTES, height_of
from .steps import SharedArrays, steps_of

Samples = NDArray[np.float32]

CHUNK_SAMPLES = {"cpu": 1 << 17, "cuda": 1 << 24}  # processed at once

SoundRow = tuple[Samples, tuple[AudioPrimitive, ...]]  # float32 (channels, frames), full scale ±1, and what to do to it

# There is already one worker thread per core; more threads inside operations would only get in the way.
torch.set_num_threads(1)


def execute(rows: Sequence[SoundRow], device: str = "cpu") -> list[Samples]:
    """Run each row's program; returns float32 (channels, frames) per row."""
    packer = Packer()
    tables = SharedArrays(packer)
    chains = [_chain(samples, program, packer, tables) for samples, program in rows]
    rounds = plan_rounds(chains, packer, CHUNK_SAMPLES[torch.device(device).type])
    found: dict[Chain, NDArray[np.uint8]] = {}
    if rounds.results:
        arena = new_arena(packer, rounds.scratch, device)
        values, start = Pending(run_rounds(arena, packer.size, rounds)).wait(), 0
        for chain in rounds.order:
            found[chain] = values[start : start + chain.spot.bytes]
            start += chain.spot.bytes
    return [
        _unpacked(found[chain], len(samples), chain.steps[-1].data.after) if chain.steps else samples.copy()
        for chain, (samples, _) in zip(chains, rows, strict=True)
    ]


def execute_halving(rows: Sequence[SoundRow], device: str = "cpu") -> list[Samples]:
    """`execute`, split in halves if memory runs out; a row that does not fit on its own raises SampleError("memory")."""
    return halving(lambda some: execute(some, device), rows, lambda: release(device))


def _chain(samples: Samples, program: Sequence[AudioPrimitive], packer: Packer, tables: SharedArrays | None = None) -> Chain:
    channels, frames = samples.shape
    if not frames or not program:
        return Chain(Spot(0, 0, 0, SAMPLE_BYTES), [], kept=True)
    spot = Spot(packer.add(_packed(samples)).start, LINE, height_of(channels, frames), SAMPLE_BYTES)
    tables = tables or SharedArrays(packer)
    steps = []
    facts = AudioFacts(frames, 0, channels)
    for primitive in program:
        steps += steps_of(primitive, facts, tables)
        facts = primitive.facts_after(facts)
    return Chain(spot, steps, kept=True)


def _packed(samples: Samples) -> Samples:
    """Lay out the samples for the kernels: channels padded to whole lines, with an empty line around each of them."""
    channels, frames = samples.shape
    lines = np.zeros((height_of(channels, frames), LINE), np.float32)
    lines[1:].reshape(channels, -1)[:, :frames] = samples
    return lines


def _unpacked(data: NDArray[np.uint8], channels: int, frames: int) -> Samples:
    return data.view(np.float32)[LINE:].reshape(channels, -1)[:, :frames].copy()
