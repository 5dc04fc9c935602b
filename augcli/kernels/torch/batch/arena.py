"""One block of device memory for a whole batch, one upload into it, one download out of it.

The arena is a flat uint8 tensor. It begins with the inbox (samples, parameters, index lists: everything the host knows),
which crosses the bus in one copy; then comes scratch, where kernels put their results. The host knows every size in
advance and plans all addresses; no kernel ever asks the device for one.
"""

from __future__ import annotations

import threading
from bisect import insort
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

SCRATCH = 1 << 62  # addresses from here on count from the start of scratch, because the inbox's length is known last
_KEPT_BYTES = 1 << 26  # CPU arenas up to this size are kept for the next call
_kept = threading.local()
_ALIGNMENT = 64  # bytes; more than any dtype needs

_DTYPES = {"uint8": torch.uint8, "int16": torch.int16, "int32": torch.int32, "int64": torch.int64}
_DTYPES |= {"float32": torch.float32, "float64": torch.float64}


class Packed(NamedTuple):
    """An array in the inbox."""

    start: int  # byte
    stop: int
    dtype: str
    shape: tuple[int, ...]

    def view(self, arena: Tensor) -> Tensor:
        return arena[self.start : self.stop].view(_DTYPES[self.dtype]).view(self.shape)


class Packer:
    """Collects what goes into the inbox."""

    def __init__(self) -> None:
        self.size = 0
        self._arrays: list[tuple[int, NDArray[np.generic], int]] = []

    def add(self, array: NDArray[np.generic], addresses: int = 0, room: int = 0) -> Packed:
        """Add an array, with `room` bytes for it if that is more than it has (the rest is undefined).

        Addresses (int64) that point into scratch are converted to count from the arena's start; `addresses` is their unit in
        bytes, or 0 for an array that holds none.
        """
        start = self.size
        self._arrays.append((start, array, addresses))
        self.size = -(-(start + max(array.nbytes, room)) // _ALIGNMENT) * _ALIGNMENT
        return Packed(start, start + array.nbytes, array.dtype.name, array.shape)

    def write(self, inbox: NDArray[np.uint8]) -> None:
        """Copy all arrays into the inbox, `size` bytes."""
        for start, array, addresses in self._arrays:
            if addresses:
                array = np.where(array >= SCRATCH, array - (SCRATCH - self.size // addresses), array)  # type: ignore[operator]
            inbox[start : start + array.nbytes].view(array.dtype).reshape(array.shape)[...] = array


class Scratch:
    """Hands out ranges of scratch and takes them back: first fit."""

    def __init__(self) -> None:
        self.size = 0
        self._free: list[tuple[int, int]] = []  # (start, stop), sorted, never touching

    def take(self, count: int, unit: int = 1) -> int:
        """The address of `count` bytes, a multiple of `unit`."""
        for place, (start, stop) in enumerate(self._free):
            begin = -(-start // unit) * unit
            if stop - begin >= count:
                left = ((start, begin), (begin + count, stop))
                self._free[place : place + 1] = [free for free in left if free[0] < free[1]]
                return SCRATCH + begin
        start = self.size
        if self._free and self._free[-1][1] == start:
            start = self._free.pop()[0]
        begin = -(-start // unit) * unit
        if start < begin:
            self._free.append((start, begin))
        self.size = begin + count
        return SCRATCH + begin

    def give_back(self, address: int, count: int) -> None:
        """Free these bytes. Kernels run in the planned order, so a later one may use them at once."""
        if not count:
            return
        insort(self._free, (address - SCRATCH, address - SCRATCH + count))
        merged: list[tuple[int, int]] = []
        for start, stop in self._free:
            if merged and merged[-1][1] == start:
                merged[-1] = (merged[-1][0], stop)
            else:
                merged.append((start, stop))
        self._free = merged


def new_arena(packer: Packer, scratch: int, device: str) -> Tensor:
    """The arena on `device`, with everything that was packed; for CUDA, one asynchronous copy from pinned memory."""
    scratch = -(-scratch // _ALIGNMENT) * _ALIGNMENT  # so that all of it can be viewed as any dtype
    if torch.device(device).type == "cpu":
        arena = _host_arena(packer.size + scratch)
        packer.write(arena[: packer.size].numpy())
        return arena
    inbox = torch.empty(packer.size, dtype=torch.uint8, pin_memory=torch.cuda.is_available())
    packer.write(inbox.numpy())
    return upload(inbox, scratch, device)


def _host_arena(size: int) -> Tensor:
    """This thread's own memory, reused if it is large enough: new memory would have to be zeroed first.

    An arena is in use only during a call of `execute`; results are copied out of it.
    """
    if size > _KEPT_BYTES:
        return torch.empty(size, dtype=torch.uint8)
    if getattr(_kept, "arena", None) is None or _kept.arena.numel() < size:
        _kept.arena = None  # before there are two
        _kept.arena = torch.empty(size, dtype=torch.uint8)
    kept: Tensor = _kept.arena[:size]
    return kept


def upload(inbox: Tensor, scratch: int, device: str) -> Tensor:
    """A device arena that begins with `inbox` (uint8, host)."""
    arena = torch.empty(inbox.numel() + scratch, dtype=torch.uint8, device=device)
    arena[: inbox.numel()].copy_(inbox, non_blocking=True)
    return arena


def release(device: str) -> None:
    """Free the memory that is kept for later use."""
    _kept.arena = None
    if torch.device(device).type == "cuda":
        torch.cuda.empty_cache()


class Pending:
    """Results on their way to the host."""

    def __init__(self, results: Tensor) -> None:
        self._done: torch.cuda.Event | None = None
        self._results: Tensor | None = results  # kept until they have arrived
        if results.device.type == "cpu":
            self.host = results
            return
        self.host = torch.empty(results.shape, dtype=results.dtype, pin_memory=torch.cuda.is_available())
        self.host.copy_(results, non_blocking=True)
        if torch.cuda.is_available():
            self._done = torch.cuda.Event()  # type: ignore[no-untyped-call]
            self._done.record(torch.cuda.current_stream(results.device))

    def wait(self) -> NDArray[np.uint8]:
        """The results, once they have arrived: the only place where the host waits for the device."""
        if self._done is not None:
            self._done.synchronize()
        self._results = None
        result: NDArray[np.uint8] = self.host.numpy()
        return result
