"""Audio kernels that leave samples where they are: gain and gaps."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .lines import SoundKernel, SoundLines, Sounds


@dataclass(frozen=True)
class GainKernel(SoundKernel):
    """Samples times a factor, in float32."""

    channels: int

    def work(self, sounds: Sounds) -> None:
        factor = sounds.value(0).float()
        for part in sounds.parts():
            torch.mul(part.same(), part.of(factor), out=part.out)


@dataclass(frozen=True)
class MaskKernel(SoundKernel):
    """Gaps. Numbers of each: start and stop of its silence; values: one over its fades."""

    channels: int
    gaps: int

    def work(self, sounds: Sounds) -> None:
        for part in sounds.parts():
            torch.mul(part.same(), gaps(sounds, part, self.gaps, 0), out=part.out)


def gaps(sounds: Sounds, part: SoundLines, count: int, first: int) -> Tensor:
    """The product of `count` gaps, whose numbers begin with the kernel's own column `first`."""
    product: Tensor | None = None
    for at in range(count):
        start, stop = (part.of(sounds.number(first + 2 * at + side)) for side in (0, 1))
        fades = (part.of(sounds.value(2 * at + side).float()) for side in (0, 1))
        gap = part.gap(start, stop, *fades)
        product = gap if product is None else product.mul_(gap)
    assert product is not None
    return product
