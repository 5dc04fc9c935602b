"""Programs with Recodes, on any device: device and host take turns.

The programs of a batch run up to their Recodes, all rows at once; the Recodes are done on the host; and so on. That is
one more round trip of the batch for each Recode in mid-program of a single row, however many rows there are.
Recodes at the beginning or the end of programs cost none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray

from augcli.core.primitives.recode import Recode
from augcli.kernels.shared.recode import recode
from augcli.kernels.torch.batch.rows import BatchRow

Pixels = NDArray[np.uint8]


def holds_recodes(rows: Sequence[BatchRow]) -> bool:
    return any(type(primitive) is Recode for row in rows for primitive in row.program)


def between_recodes(
    images: Sequence[Pixels], rows: Sequence[BatchRow], run: Callable[[Sequence[Pixels], list[BatchRow]], list[Pixels]]
) -> list[Pixels]:
    """One image per row; `run(images, rows)` does programs without Recodes."""
    own = list(images)  # what a row has become is added at the end
    left = list(rows)
    while True:
        _recode_firsts(own, left)
        going = [place for place, row in enumerate(left) if row.program]
        if not going:
            return [own[row.image] if row.image >= len(images) else own[row.image].copy() for row in left]
        now: list[BatchRow] = []
        for place in going:
            row = left[place]
            until = next((at for at, one in enumerate(row.program) if isinstance(one, Recode)), len(row.program))
            now.append(row._replace(program=row.program[:until]))
            left[place] = row._replace(image=len(own), program=row.program[until:])
            own.append(own[row.image])  # holds the place of what comes out
        for place, result in zip(going, run(own, now), strict=True):
            own[left[place].image] = result


def _recode_firsts(own: list[Pixels], left: list[BatchRow]) -> None:
    """Do the Recodes with which programs begin, on as many threads as torch has."""
    places = [place for place, row in enumerate(left) if row.program and isinstance(row.program[0], Recode)]

    def through(place: int) -> tuple[Pixels, int]:
        pixels, done = own[left[place].image], 0
        for primitive in left[place].program:
            if not isinstance(primitive, Recode):
                break
            pixels, done = recode(pixels, primitive), done + 1
        return pixels, done

    with ThreadPoolExecutor(torch.get_num_threads()) as pool:  # codecs release the interpreter lock
        for place, (pixels, done) in zip(places, pool.map(through, places), strict=True):
            left[place] = left[place]._replace(image=len(own), program=left[place].program[done:])
            own.append(pixels)
