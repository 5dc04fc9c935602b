"""Running out of memory for real, in a process with a limit."""

from __future__ import annotations

import subprocess
import sys

import pytest

from augcli.core.values.memory import is_out_of_memory
from augcli.core.values.outcome import SampleError
from augcli.kernels.torch.batch.memory import halving

# A process that holds its images, and may then take up 400 MB more.
LIMITED = """
import resource
import numpy as np, torch
from augcli.core.values.outcome import SampleError
from augcli.core.primitives.image import ColourMatrix, Warp
from augcli.core.primitives.audio import Gain
from augcli.kernels.torch.audio import execute as torch_audio
from augcli.kernels.torch.image import execute as torch_image
from augcli.core.values.memory import is_out_of_memory
from augcli.kernels.torch.batch.rows import BatchRow

torch.set_num_threads(1)
invert = ColourMatrix.linear((-1, 0, 0, 0, -1, 0, 0, 0, -1), (1, 1, 1))
small = [np.full((1000, 2000, 3), place, np.uint8) for place in range(24)]
large = np.zeros((8000, 10000, 3), np.uint8)
torch_image.execute(small[:1], [BatchRow(0, (invert,))])
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 400_000_000,) * 2)
"""

IMAGES = """
calls = []
execute = torch_image.execute
torch_image.execute = lambda images, rows, device: calls.append(len(rows)) or execute(images, rows, device)
results = torch_image.execute_halving(small, [BatchRow(place, (invert,)) for place in range(24)])
assert [int(result[0, 0, 0]) for result in results] == [255 - place for place in range(24)]
assert calls[:2] == [24, 12] and len(calls) >= 3, calls
"""

ONE_TOO_LARGE = """
try:
    torch_image.execute_halving([large, *small], [BatchRow(1, (invert,)), BatchRow(0, (invert,)), BatchRow(2, (invert,))])
except SampleError as error:
    assert (error.code, error.stage) == ("memory", "execute"), error
    assert "memory" in error.message
else:
    raise AssertionError("it should not have fitted")
result = torch_image.execute_halving(small, [BatchRow(3, (invert,))])[0]
assert result[0, 0, 0] == 252
"""

AUDIO = """
samples = np.ones((1, 3_000_000), np.float32)
rows = [(samples, (Gain(2.0),))] * 12
calls = []
execute = torch_audio.execute
torch_audio.execute = lambda rows, device: calls.append(len(rows)) or execute(rows, device)
results = torch_audio.execute_halving(rows)
assert len(calls) >= 3, calls
assert all((result == 2).all() for result in results)
tried = len(calls)
from augcli.engine.modality.table import MODALITIES
results = MODALITIES["audio"].execute([(*row, ()) for row in rows], "cpu")
assert len(calls) >= tried + 3, calls
assert all((result == 2).all() for result in results)
"""

CPU_TENSOR = """
try:
    torch.empty(10**12, dtype=torch.uint8)
except RuntimeError as error:
    assert is_out_of_memory(error), error
try:
    np.empty(10**12, np.uint8)
except MemoryError as error:
    assert is_out_of_memory(error), error
import cv2
try:
    cv2.copyMakeBorder(large, 20000, 20000, 20000, 20000, cv2.BORDER_REPLICATE)
except cv2.error as error:
    assert is_out_of_memory(error), error
else:
    raise AssertionError("it should not have fitted")
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs RLIMIT_AS and /proc")
@pytest.mark.parametrize("code", [IMAGES, ONE_TOO_LARGE, AUDIO, CPU_TENSOR], ids=["halves", "one too large", "audio", "messages"])
def test_in_a_process_that_may_not_have_more(code: str) -> None:
    run = subprocess.run([sys.executable, "-c", LIMITED + code], capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr[-2000:]


def test_other_errors_are_not_taken_for_it() -> None:
    assert not is_out_of_memory(RuntimeError("shape mismatch"))
    assert not is_out_of_memory(ValueError("out of memory"))
    assert is_out_of_memory(MemoryError())
    assert is_out_of_memory(RuntimeError("[enforce fail at alloc_cpu.cpp:124] . DefaultCPUAllocator: can't allocate memory: …"))
    assert is_out_of_memory(type("OutOfMemoryError", (RuntimeError,), {})("CUDA out of memory. Tried to allocate 2 GiB"))

    def broken(rows: object) -> list[int]:
        raise RuntimeError("shape mismatch")

    with pytest.raises(RuntimeError, match="shape"):
        halving(broken, [1, 2])


def test_halving_keeps_the_order_and_isolates() -> None:
    tried: list[int] = []

    def three_at_most(rows: list[int]) -> list[int]:
        tried.append(len(rows))
        if len(rows) > 3:
            raise MemoryError("no room")
        return [row * 10 for row in rows]

    assert halving(three_at_most, list(range(11))) == [row * 10 for row in range(11)]  # type: ignore[arg-type]
    assert max(tried[1:]) < 11

    def none_at_all(rows: list[int]) -> list[int]:
        raise MemoryError("no room\nsecond line")

    with pytest.raises(SampleError) as caught:
        halving(none_at_all, [1, 2])  # type: ignore[arg-type]
    assert caught.value.code == "memory"
    assert caught.value.message == "does not fit in memory: no room"
