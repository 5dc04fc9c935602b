"""The safety net below every stage of making an output: whatever is raised there costs one failure record, no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from augcli.core.values.memory import is_out_of_memory
from augcli.core.values.outcome import Failure, SampleError, UserError
from augcli.engine.state.signals import Interrupted

Result = TypeVar("Result")

# What must end the run: user errors (including ConfigError and OutputError), and interruption.
_LET_THROUGH = (UserError, Interrupted, KeyboardInterrupt)

_MOST_CHARACTERS = 2000  # of a message: some exceptions show the whole array that they are about

# A crash in a stage counts as a failure of the data, because the same bytes would meet the same code again.
_CODES = {
    "read": "read.crashed",
    "decode": "decode.crashed",
    "lower": "op.crashed",
    "execute": "kernel.crashed",
    "encode": "encode.crashed",
    "write": "write.crashed",
}


def attempt(stage: str, work: Callable[[], Result]) -> Result | Failure:
    """The result of `work`, or the Failure that its exception means."""
    try:
        return work()
    except BaseException as error:  # a library that calls sys.exit() must not end a run as if all were done
        return failure_of(error, stage)


def failure_of(error: BaseException, stage: str) -> Failure:
    """The Failure that this exception in this stage means. What must end the run is raised again."""
    if isinstance(error, SampleError):
        return error.failure()
    if isinstance(error, _LET_THROUGH):
        raise error
    if is_out_of_memory(error):
        return Failure("memory", stage, "not enough memory")
    message = f"{type(error).__name__}: {_text(error)}"
    if isinstance(error, OSError) and error.errno is not None:  # from the operating system; errors of libraries have no number
        return Failure(f"io.{stage}", stage, message)
    if type(error).__name__ == "AcceleratorError" or "CUDA error" in message:  # the device is lost, for all later rows as well
        return Failure("worker.device", stage, message)
    return Failure(_CODES[stage], stage, message)


def _text(error: BaseException) -> str:
    try:
        text = str(error)
    except _LET_THROUGH:
        raise
    except BaseException:  # a third-party class that cannot even be printed
        return "it has no readable message"
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}… ({len(text):,} characters)"
