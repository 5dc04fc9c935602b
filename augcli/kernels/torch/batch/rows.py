"""The rows of a batch, and how their programs become chains of steps.

Which steps a primitive becomes is said beside its kernel; this file knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple

from numpy.typing import NDArray

from augcli.core.primitives import Primitive
from augcli.kernels.shared.depth import Pixels, full_scale

from .arena import Packed, Packer
from .rounds import Chain, KernelStep, Size, Spot, plan_rounds


class BatchRow(NamedTuple):
    """One unit of a batch: `image` and `partners` are places in the batch's list of images."""

    image: int
    program: tuple[Primitive, ...]
    partners: tuple[int, ...] = ()


# The steps that a primitive becomes, given the size of the image before it and the row, with its program so far.
StepsOf = Callable[["Batch", Any, Size, BatchRow], list[KernelStep]]


class Batch:
    """The plan of a batch: chains of steps, and what goes into the inbox."""

    def __init__(
        self, images: Sequence[Pixels], rows: Sequence[BatchRow], chunk_pixels: int, steps_of: Mapping[type, StepsOf]
    ) -> None:
        self.images, self.rows = images, rows
        self.packer = Packer()
        self._steps_of = steps_of
        self._spots: dict[int, Spot] = {}
        self._shared: dict[Hashable, Packed] = {}
        self._chains: list[Chain] = []
        self.chains = [self.chain(row, kept=True) for row in rows]
        self.rounds = plan_rounds(self._chains, self.packer, chunk_pixels)

    def spot(self, image: int) -> Spot:
        """An image's place in the inbox; taken in when first asked for."""
        if image not in self._spots:
            pixels = self.images[image]
            height, width, channels = pixels.shape
            start = self.packer.add(pixels).start // pixels.itemsize
            self._spots[image] = Spot(start, width, height, channels, full_scale(pixels))
        return self._spots[image]

    def chain(self, row: BatchRow, kept: bool = False) -> Chain:
        """The steps of a row, or with `kept` False of a layer, whose result nobody asks for."""
        spot = self.spot(row.image)
        chain = Chain(spot, [], kept)
        size = spot.width, spot.height
        for place, primitive in enumerate(row.program):
            for step in self._steps_of[type(primitive)](self, primitive, size, row._replace(program=row.program[:place])):
                chain.steps.append(step)
                size = step.size
        self._chains.append(chain)
        return chain

    def shared(self, name: Hashable, make: Callable[[], NDArray[Any]]) -> Packed:
        """An array that kernels of many rows look things up in; taken into the inbox when first asked for."""
        if name not in self._shared:
            self._shared[name] = self.packer.add(make())
        return self._shared[name]
