"""From a task to its results: the stages one after another, each above the same safety net."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from augcli.core.plan import ORIGINAL, Task, Unit
from augcli.core.values.outcome import Failure
from augcli.engine.modality.table import MODALITIES
from augcli.engine.state.device import Device

from .crashes import attempt, failure_of
from .encoding import made_of, original
from .gate import Admission
from .recipe import Recipe
from .results import Failed, Made
from .samples import Preparation, Row

Stopped = Callable[[], bool]  # whether to start nothing new; the current unit is still finished


def never() -> bool:
    return False


def results(recipe: Recipe, task: Task, stopped: Stopped = never) -> Iterator[Made | Failed]:
    """All outputs of one source, one after another: an image is augmented and encoded while it is in the cache."""
    yield from originals(recipe, task, stopped)
    for row in prepare(recipe, task, stopped):
        if isinstance(row, Failed):
            yield row
        else:
            yield made_of(recipe, row, execute_rows([row], task.source.modality, recipe.device)[0])


def originals(recipe: Recipe, task: Task, stopped: Stopped = never) -> Iterator[Made | Failed]:
    """The unchanged source, if that is planned."""
    for unit in task.units:
        if unit.copy == ORIGINAL and not stopped():
            made = attempt("read", lambda unit=unit: original(recipe, task.readable, unit))  # type: ignore[misc]
            yield Failed.unit(unit, made) if isinstance(made, Failure) else made


def prepare(recipe: Recipe, task: Task, stopped: Stopped = never) -> Iterator[Row | Failed]:
    """The rows of one source's copies. A failure of the file itself stands for all of them."""
    units = [unit for unit in task.units if unit.copy != ORIGINAL]
    if not units or stopped():
        return
    admission = Admission(recipe.gate)
    try:
        yield from _prepare(recipe, task, units, admission, stopped)
    finally:  # when the last of the outputs has been encoded, or the rows wait in a window with a bound of its own
        admission.leave()


def _prepare(recipe: Recipe, task: Task, units: Sequence[Unit], admission: Admission, stopped: Stopped) -> Iterator[Row | Failed]:
    preparation = attempt("decode", lambda: Preparation(recipe, task.readable, admission))
    if isinstance(preparation, Failure):
        yield Failed.whole(task, preparation, len(units))
        return
    for unit in units:
        if stopped():
            return
        row = attempt("lower", lambda unit=unit: preparation.row(unit))  # type: ignore[misc]
        if not isinstance(row, Failure):
            yield row
        elif row.stage == "decode" and not row.code.startswith("partner."):
            yield Failed.whole(task, row, len(units))  # the other copies cannot be decoded either
            return
        else:
            yield Failed.unit(unit, row)


def execute_rows(rows: Sequence[Row], modality: str, device: Device) -> list[list[Any] | Failure]:
    """New samples for these rows, one per frame, or the Failure of a row that failed on its own."""
    frames = [frame for row in rows for frame in row.frames]
    try:
        kernels = MODALITIES[modality]
        done = iter(kernels.apply(frames) if device.backend == "cpu" else kernels.execute(frames, device.name))
        return [list(islice(done, len(row.frames))) for row in rows]
    except BaseException as error:
        failure = failure_of(error, "execute")
    if len(rows) == 1:
        return [failure]
    # Rows do not see each other, so the rows beside a bad one lose nothing by running without it.
    half = len(rows) // 2
    return execute_rows(rows[:half], modality, device) + execute_rows(rows[half:], modality, device)
