"""How frequent each level is in a folder of reference images, for ops that make others look like them."""

from __future__ import annotations

import threading

from augcli.core.pipeline.settings import Limits

from .images import read_image


class ImageTones:
    """The images with these paths. Each is decoded when it is first asked for."""

    def __init__(self, paths: list[str]) -> None:
        self._paths = paths
        self._lock = threading.Lock()
        self._shares: dict[int, tuple[int, ...]] = {}

    def count(self) -> int:
        return len(self._paths)

    def shares(self, number: int) -> tuple[int, ...]:
        """Raises SampleError when that image cannot be read."""
        if number not in self._shares:
            with self._lock:
                if number not in self._shares:
                    self._shares[number] = read_image("reference", self._paths[number], _shares_of)
        return self._shares[number]


def _shares_of(data: bytes) -> tuple[int, ...]:
    from augcli.formats.image import codec
    from augcli.kernels.cpu.image.tone import cumulative_shares

    return cumulative_shares(codec.decode(data, codec.probe(data, Limits()), 1))
