"""Image primitives on any device, a batch of rows at once: one upload, rounds of kernels, one download.

Rows may have images of any size and programs of any length. A row's result does not depend on the other rows.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from augcli.core.primitives.image import Blend, ColourMatrix, Fill, Filter, NormalNoise, Warp
from augcli.core.primitives.layers import SO_FAR
from augcli.core.primitives.primitive import Primitive
from augcli.kernels.shared.depth import EIGHT, Pixels, full_scale
from augcli.kernels.shared.noise import normal_table
from augcli.kernels.shared.resample import clipped, layer_program, lower_warp
from augcli.kernels.torch.batch.arena import Packed, Packer, Pending, new_arena, release
from augcli.kernels.torch.batch.memory import halving
from augcli.kernels.torch.batch.pixels import run_rounds
from augcli.kernels.torch.batch.rounds import Chain, KernelStep, Size, Spot, plan_rounds

from . import (
    displace as torch_displace,
)
from . import (
    grain as torch_grain,
)
from . import (
    neighbours as torch_neighbours,
)
from . import (
    paint as torch_paint,
)
from . import (
    tone as torch_tone,
)
from .filter import FilterKernel
from .recode import between_recodes, holds_recodes
from .values import BlendKernel, ColourKernel, FillKernel, NoiseKernel, PlacedLayer
from .warp import kernel_of

# So many pixels are worked on at a time: on a CPU, more would not stay in its cache, and fewer would make more calls.
CHUNK_PIXELS = {"cpu": 100_000, "cuda": 1 << 22}


class BatchRow(NamedTuple):
    """One unit of a batch: `image` and `partners` are places in the batch's list of images."""

    image: int
    program: tuple[Primitive, ...]
    partners: tuple[int, ...] = ()


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
    batch = Batch(images, rows, CHUNK_PIXELS[kind])
    if not batch.rounds.results:
        return Launched(batch, None)
    arena = new_arena(batch.packer, batch.rounds.scratch, device)
    return Launched(batch, Pending(run_rounds(arena, batch.packer.size, batch.rounds)))


class Batch:
    """The plan of a batch: chains of steps, and what goes into the inbox."""

    def __init__(self, images: Sequence[Pixels], rows: Sequence[BatchRow], chunk_pixels: int) -> None:
        self.images, self.rows = images, rows
        self.packer = Packer()
        self._spots: dict[int, Spot] = {}
        self._shared: dict[Hashable, Packed] = {}
        self._chains: list[Chain] = []
        self.chains = [self._chain(row.image, row.program, row.partners, kept=True) for row in rows]
        self.rounds = plan_rounds(self._chains, self.packer, chunk_pixels)

    def _spot(self, image: int) -> Spot:
        """An image's place in the inbox; taken in when first asked for."""
        if image not in self._spots:
            pixels = self.images[image]
            height, width, channels = pixels.shape
            start = self.packer.add(pixels).start // pixels.itemsize
            self._spots[image] = Spot(start, width, height, channels, full_scale(pixels))
        return self._spots[image]

    def _chain(self, image: int, program: Sequence[Primitive], partners: Sequence[int], kept: bool) -> Chain:
        spot = self._spot(image)
        chain = Chain(spot, [], kept)
        size = spot.width, spot.height
        for place, primitive in enumerate(program):
            if isinstance(primitive, Blend):
                steps = self._blend(primitive, size, partners, (image, program[:place]))
            else:
                steps = _STEPS[type(primitive)](self, primitive, size, partners)
            for step in steps:
                chain.steps.append(step)
                size = step.size
        self._chains.append(chain)
        return chain

    def shared(self, name: Hashable, make: Callable[[], NDArray[Any]]) -> Packed:
        """An array that kernels of many rows look things up in; taken into the inbox when first asked for."""
        if name not in self._shared:
            self._shared[name] = self.packer.add(make())
        return self._shared[name]

    def _noise(self, noise: NormalNoise, size: Size, partners: Sequence[int]) -> list[KernelStep]:
        if noise.kind != "gaussian":
            raise ValueError(f"no such noise: {noise.kind}")
        return [KernelStep(NoiseKernel(self.shared("normal", normal_table)), size, noise)]

    def _blend(
        self, blend: Blend, size: Size, partners: Sequence[int], so_far: tuple[int, Sequence[Primitive]]
    ) -> list[KernelStep]:
        """Plan the layers of a Blend, each on the region where it shows; layers that show nothing are skipped.

        What of them begins with the image so far is made from its beginning again, as `so_far` says.
        """
        placed, chains, alphas = [], [], []
        for layer in blend.layers:
            own = layer.partner == SO_FAR
            image, before = so_far if own else (partners[layer.partner], ())
            region = clipped(layer.region, *size)
            if not layer.program:
                spot = self._spot(image)
                region = clipped(region, *(size if own else (spot.width, spot.height)))
            left, top, right, bottom = region
            if left == right or top == bottom:
                continue
            program = layer_program(layer, region) if layer.program else ()
            chains.append(self._chain(image, (*before, *program), partners, kept=False))
            placed.append(PlacedLayer(layer.weight, region, *((0, 0) if layer.program else (left, top))))
            alphas.append(layer.alpha)
        return [KernelStep(BlendKernel(tuple(alphas)), size, placed, tuple(chains))]


# How each primitive becomes steps, given the size of the image before it and the row's partners.
_STEPS: dict[type, Callable[[Batch, Any, Size, Sequence[int]], list[KernelStep]]] = {
    Warp: lambda batch, warp, size, partners: [KernelStep(kernel_of(step), step.size, step) for step in lower_warp(warp, *size)],
    ColourMatrix: lambda batch, matrix, size, partners: [KernelStep(ColourKernel(matrix.needs_mean), size, matrix)],
    NormalNoise: Batch._noise,
    Filter: lambda batch, kernel, size, partners: [KernelStep(FilterKernel.of(kernel), size, kernel)],
    Fill: lambda batch, fill, size, partners: [KernelStep(FillKernel(), size, fill)],
    **torch_displace.STEPS,
    **torch_tone.STEPS,
    **torch_grain.STEPS,
    **torch_neighbours.STEPS,
    **torch_paint.STEPS,
}


class Launched:
    """A batch that the device is working on."""

    def __init__(self, batch: Batch, pending: Pending | None) -> None:
        self._batch, self._pending = batch, pending

    def wait(self) -> list[Pixels]:
        """One image per row."""
        found: dict[Chain, Pixels] = {}
        if self._pending is not None:
            values, start = self._pending.wait(), 0
            for chain in self._batch.rounds.order:
                _, width, height, channels, full = chain.spot
                pixels = values[start : start + chain.spot.bytes].view(np.uint8 if full == EIGHT else np.uint16)
                found[chain] = np.require(pixels, requirements="A").reshape(height, width, channels)
                start += chain.spot.bytes
        images = self._batch.images
        # A row without a program is its image.
        return [
            found[chain] if chain.steps else images[row.image].copy()
            for chain, row in zip(self._batch.chains, self._batch.rows, strict=True)
        ]
