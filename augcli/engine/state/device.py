"""Which backend and device a run uses. Draws and labels are the same on all of them."""

from __future__ import annotations

import ctypes
import os
from typing import NamedTuple

from augcli.core.values.outcome import UserError

from .options import RunOptions

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # from glibc's malloc.h


class Device(NamedTuple):
    """`backend` is "cpu" (OpenCV, one sample at a time) or "torch" (batches on `name`)."""

    backend: str
    name: str


def choose(options: RunOptions) -> Device:
    """The device asked for; "auto" takes the first CUDA device if torch finds one, otherwise the CPU without torch."""
    if options.device == "cpu":
        return Device("torch" if options.backend == "torch" else "cpu", "cpu")
    if options.device == "auto" and (options.backend == "cpu" or not _may_have_cuda()):
        return Device("torch" if options.backend == "torch" else "cpu", "cpu")
    if options.device != "auto" and options.backend == "cpu":
        raise UserError("--backend cpu runs on the CPU only; use --backend torch (or auto) with --device cuda")
    if options.device not in ("auto", "cuda") and not (
        options.device.startswith("cuda:") and options.device[5:].isascii() and options.device[5:].isdecimal()
    ):
        raise UserError(f"--device {options.device}: use auto, cpu, cuda or cuda:N")
    import torch

    if not torch.cuda.is_available():
        if options.device == "auto":
            return Device("torch" if options.backend == "torch" else "cpu", "cpu")
        raise UserError(f"--device {options.device}: torch finds no CUDA device here; use --device cpu")
    name = "cuda:0" if options.device in ("auto", "cuda") else options.device
    if int(name[5:]) >= torch.cuda.device_count():
        raise UserError(f"--device {options.device}: torch finds {torch.cuda.device_count()} CUDA devices, numbered from cuda:0")
    return Device("torch", name)


def _may_have_cuda() -> bool:
    # Asking torch takes over a second; without a driver's device file there is nothing to ask about.
    return os.path.exists("/dev/nvidiactl") or os.path.exists("/dev/dxg")


def worker_count(options: RunOptions) -> int:
    """The number asked for, otherwise one per core that this process may use."""
    if options.workers > 0:
        return options.workers
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def keep_freed_memory() -> None:
    """Have glibc reuse the memory of freed images instead of returning it to the system each time.

    Its pages would be cleared and mapped again for every image (measured: 26 page faults per output become 6).
    """
    try:
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(_M_MMAP_THRESHOLD, 64 << 20)
        libc.mallopt(_M_TRIM_THRESHOLD, 128 << 20)
    except (OSError, AttributeError):
        return  # another C library: costs only a little speed
