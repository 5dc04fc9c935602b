"""What to do when memory runs out: halve the work, and continue."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import TypeVar

from augcli.core.values.memory import is_out_of_memory
from augcli.core.values.outcome import SampleError

Given = TypeVar("Given")
Result = TypeVar("Result")


def halving(
    execute: Callable[[Sequence[Given]], list[Result]], rows: Sequence[Given], release: Callable[[], None] = lambda: None
) -> list[Result]:
    """`execute(rows)`; when memory does not suffice, by halves. A row that does not fit alone raises SampleError("memory").

    `release` is called in between, to free memory that is kept for later use.
    """
    try:
        return execute(rows)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        if len(rows) == 1:
            raise SampleError("memory", f"does not fit in memory: {_first_line(error)}", "execute") from None
    # Outside the handler, so that the traceback no longer holds the failed attempt's tensors.
    gc.collect()
    release()
    middle = len(rows) // 2
    return halving(execute, rows[:middle], release) + halving(execute, rows[middle:], release)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
