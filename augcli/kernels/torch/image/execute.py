"""Image primitives on any device, a batch of rows at once: one upload, rounds of kernels, one download.

Rows may have images of any size and programs of any length. A row's result does not depend on the other rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from augcli.kernels.shared.depth import EIGHT, Pixels
from augcli.kernels.torch.batch.arena import Pending, new_arena, release
from augcli.kernels.torch.batch.memory import halving
from augcli.kernels.torch.batch.pixels import run_rounds
from augcli.kernels.torch.batch.rounds import Chain
from augcli.kernels.torch.batch.rows import Batch, BatchRow, StepsOf

from . import convolution, displace, grain, neighbours, paint, tone, values, warp
from .recode import between_recodes, holds_recodes

# So many pixels are worked on at a time: on a CPU, more would not stay in its cache, and fewer would make more calls.
CHUNK_PIXELS = {"cpu": 100_000, "cuda": 1 << 22}


def execute(images: Sequence[Pixels], rows: Sequence[BatchRow], device: str = "cpu") -> list[Pixels]:
    """Run each row's program. Images are uint8 or uint16 (height, width, channels), channels 1, 3 or 4; partners have the
    channels of their row's image, or 4 where they are laid by their alpha. Gives one array of that kind per row; only
    images that rows name are uploaded."""
    if holds_recodes(rows):
        return between_recodes(images, rows, lambda own, parts: launch(own, parts, device).wait())
    return launch(images, rows, device).wait()


def execute_halving(images: Sequence[Pixels], rows: Sequence[BatchRow], device: str = "cpu") -> list[Pixels]:
    """`execute`, split in halves if memory runs out; a row that does not fit on its own raises SampleError("memory")."""
    return halving(lambda some: execute(images, some, device), rows, lambda: release(device))


def launch(images: Sequence[Pixels], rows: Sequence[BatchRow], device: str = "cpu") -> Launched:
    """Start `execute` and return; on CUDA, the device works while the host does something else. Without Recodes."""
    kind = torch.device(device).type
    batch = Batch(images, rows, CHUNK_PIXELS[kind], STEPS)
    if not batch.rounds.results:
        return Launched(batch, None)
    arena = new_arena(batch.packer, batch.rounds.scratch, device)
    return Launched(batch, Pending(run_rounds(arena, batch.packer.size, batch.rounds)))


# How each primitive becomes steps.
STEPS: dict[type, StepsOf] = {
    **warp.STEPS,
    **values.STEPS,
    **convolution.STEPS,
    **displace.STEPS,
    **tone.STEPS,
    **grain.STEPS,
    **neighbours.STEPS,
    **paint.STEPS,
}


class Launched:
    """A batch that the device is working on."""

    def __init__(self, batch: Batch, pending: Pending | None) -> None:
        self._batch, self._pending = batch, pending

    def wait(self) -> list[Pixels]:
        """One image per row."""
        found: dict[Chain, Pixels] = {}
        if self._pending is not None:
            result, start = self._pending.wait(), 0
            for chain in self._batch.rounds.order:
                _, width, height, channels, full = chain.spot
                pixels = result[start : start + chain.spot.bytes].view(np.uint8 if full == EIGHT else np.uint16)
                found[chain] = np.require(pixels, requirements="A").reshape(height, width, channels)
                start += chain.spot.bytes
        images = self._batch.images
        # A row without a program is its image.
        return [
            found[chain] if chain.steps else images[row.image].copy()
            for chain, row in zip(self._batch.chains, self._batch.rows, strict=True)
        ]
