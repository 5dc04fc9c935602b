"""An image in strips of lines, worked on one after the other: small enough that intermediate results stay in a core's cache and
reuse allocated memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

STRIP_PIXELS = 1 << 14


def strips(values: NDArray[Any], times: int = 1) -> Iterator[slice]:
    """The lines of each strip; `times` as many where intermediate results are small."""
    height, width = values.shape[:2]
    lines = max(1, times * STRIP_PIXELS // width)
    for top in range(0, height, lines):
        yield slice(top, min(top + lines, height))
