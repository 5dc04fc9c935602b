"""The torch backend: rows of many sources are collected in a window and executed together on the device."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from augcli.core.plan import Task
from augcli.core.primitives import Primitive
from augcli.core.primitives.image import Blend
from augcli.core.primitives.layers import SO_FAR
from augcli.core.primitives.paint import Cover, Paint
from augcli.core.values.outcome import Failure
from augcli.engine.modality.table import MODALITIES

from .crashes import attempt
from .encoding import made_of
from .recipe import Recipe
from .results import Failed, Made
from .rounds import Stopped, execute_rows, never, originals, prepare, results
from .samples import Row

Taken = TypeVar("Taken")
Given = TypeVar("Given")
_AHEAD = 2  # sources per thread that are prepared in advance


def in_windows(
    recipe: Recipe,
    tasks: Iterator[Task],
    take: Callable[[Made | Failed], Taken],
    pool: ThreadPoolExecutor,
    workers: int,
    batch_size: int,
    memory_bytes: int,
    stopped: Stopped = never,
) -> Iterator[Taken]:
    """Make the tasks' outputs; preparing, encoding and `take` run on threads. Yields what `take` returned."""
    windows = Windows(recipe, take, pool, batch_size, memory_bytes)

    def work(task: Task) -> tuple[list[Taken], list[Row | Failed]]:
        if not MODALITIES[task.source.modality].batched:
            return [take(result) for result in results(recipe, task, stopped)], []
        return [take(result) for result in originals(recipe, task, stopped)], list(prepare(recipe, task, stopped))

    for done, rows in on_threads(pool, tasks, work, ahead=_AHEAD * workers):
        yield from done
        for row in rows:
            if isinstance(row, Failed):
                yield take(row)
            else:
                yield from windows.add(row)
    yield from windows.flush()


def on_threads(pool: ThreadPoolExecutor, tasks: Iterator[Given], work: Callable[[Given], Any], ahead: int) -> Iterator[Any]:
    """Run `work` on every task, on threads, at most `ahead` tasks beyond what has been taken; results in order."""
    waiting: deque[Future[Any]] = deque()
    try:
        for task in tasks:
            waiting.append(pool.submit(work, task))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


class Windows(Generic[Taken]):
    """Collects rows until a window is full, executes it on the device, and passes the results to threads."""

    def __init__(
        self,
        recipe: Recipe,
        take: Callable[[Made | Failed], Taken],
        pool: ThreadPoolExecutor,
        batch_size: int,
        memory_bytes: int,
    ) -> None:
        self._recipe, self._take, self._pool = recipe, take, pool
        self._batch_size, self._memory_bytes = batch_size, memory_bytes
        self._rows: dict[str, list[Row]] = {}
        self._bytes = 0

    def add(self, row: Row) -> Iterator[Taken]:
        """Add one row; if that fills the window, yield the events of its rows."""
        size = attempt("lower", lambda: bytes_of(row))
        if isinstance(size, Failure):
            yield self._take(Failed.unit(row.unit, size))
            return
        rows = self._rows.setdefault(row.unit.source.modality, [])
        rows.append(row)
        self._bytes += size
        if self._batch_size and len(rows) >= self._batch_size:
            yield from self._execute(row.unit.source.modality)
        elif self._bytes >= self._memory_bytes:
            yield from self.flush()

    def flush(self) -> Iterator[Taken]:
        for modality in list(self._rows):
            yield from self._execute(modality)

    def _execute(self, modality: str) -> Iterator[Taken]:
        rows = self._rows.pop(modality)
        self._bytes = sum(bytes_of(row) for others in self._rows.values() for row in others)
        samples = execute_rows(rows, modality, self._recipe.device)
        yield from self._pool.map(self._finish, rows, samples)

    def _finish(self, row: Row, samples: list[Any] | Failure) -> Taken:
        return self._take(made_of(self._recipe, row, samples))


def bytes_of(row: Row) -> int:
    """The memory a row takes while it waits and runs: its samples, its partners, and its program's results.

    Frames after the first are assumed to be like it.
    """
    size = int(getattr(row.sample, "nbytes", 0)) + sum(int(getattr(partner, "nbytes", 0)) for partner in row.partners)
    return (size + _program_bytes(row.program, row.opened.facts, row.partners)) * (1 + len(row.more))


def _program_bytes(program: Sequence[Primitive], facts: Any, partners: Sequence[Any]) -> int:
    """A result per primitive, the masks of painted shapes, and what is made for layers besides the image."""
    size = 0
    for primitive in program:
        before = size
        if isinstance(primitive, Blend):
            for layer in primitive.layers:
                if layer.partner == SO_FAR:  # the image so far is made again from the start
                    size += before + _program_bytes(layer.program, facts, partners)
                elif (partner := partners[layer.partner]) is not None:
                    height, width = partner.shape[:2]
                    size += _program_bytes(layer.program, facts._replace(width=width, height=height), partners)
        elif isinstance(primitive, (Paint, Cover)):
            size += int(facts.width * facts.height)
        facts = primitive.facts_after(facts)
        size += _facts_bytes(facts)
    return size


def _facts_bytes(facts: Any) -> int:
    width = getattr(facts, "width", None)
    return int(width * facts.height * facts.channels * facts.bits // 8) if width else int(4 * facts.frames * facts.channels)
