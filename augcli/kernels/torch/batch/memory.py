"""What to do when there is not enough memory: halve the work, and go on."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import TypeVar

from augcli.core.values.outcome import SampleError

Given = TypeVar("Given")
Result = TypeVar("Result")

# What torch says on a CPU or of pinned memory, and OpenCV; both raise exceptions that other faults raise, too.
_MESSAGES = ("defaultcpuallocator", "can't allocate memory", "out of memory", "insufficient memory", "failed to allocate")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a kernel failed for want of memory, on the host or on the device."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    if isinstance(error, RuntimeError) or type(error).__module__ == "cv2":
        message = str(error).lower()
        return any(part in message for part in _MESSAGES)
    return False


def halving(
    execute: Callable[[Sequence[Given]], list[Result]], rows: Sequence[Given], release: Callable[[], None] = lambda: None
) -> list[Result]:
    """`execute(rows)`; when memory does not suffice, by halves. A row that does not fit alone raises SampleError("memory").

    `release` is called in between, to hand back memory that is kept for later use.
    """
    try:
        return execute(rows)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        if len(rows) == 1:
            raise SampleError("memory", f"does not fit in memory: {_first_line(error)}", "execute") from None
    # Outside of the handler, where the failed attempt's tensors are no longer held by its traceback.
    gc.collect()
    release()
    middle = len(rows) // 2
    return halving(execute, rows[:middle], release) + halving(execute, rows[middle:], release)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
