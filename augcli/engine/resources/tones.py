"""Histograms of the levels in a folder of reference images, for operations that match other images to them."""

from __future__ import annotations

import threading

from augcli.core.pipeline.settings import Limits

from .images import read_image


class ImageTones:
    """The images with these paths; each is decoded on first use."""

    def __init__(self, paths: list[str]) -> None:
        self._paths = paths
        self._lock = threading.Lock()
        self._shares: dict[int, tuple[int, ...]] = {}

    def count(self) -> int:
        return len(self._paths)

    def shares(self, number: int) -> tuple[int, ...]:
        """The share of each level per channel; raises SampleError when that image cannot be read."""
        if number not in self._shares:
            with self._lock:
                if number not in self._shares:
                    self._shares[number] = read_image("reference", self._paths[number], _shares_of)
        return self._shares[number]


def _shares_of(data: bytes) -> tuple[int, ...]:
    from augcli.formats.image import codec
    from augcli.kernels.cpu.image.tone import cumulative_shares

    return cumulative_shares(codec.decode(data, codec.probe(data, Limits()), 1))
