"""The two ways to execute: source by source in workers (CPU), or windows of rows in rounds (torch, any device)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any

from augcli.core.plan import EVERY_COPY, ORIGINAL, Source, Unit
from augcli.core.primitives import Primitive
from augcli.core.primitives.image import SO_FAR, Blend
from augcli.core.primitives.paint import Cover, Paint
from augcli.core.values.outcome import SampleError
from augcli.engine.modality.table import MODALITIES
from augcli.engine.state.device import Device
from augcli.engine.state.events import Event

from .outputs import Outputs
from .samples import Failed, Preparation, Row, guarded

Task = tuple[Source, list[Unit]]


def originals_first(outputs: Outputs, task: Task) -> tuple[list[Event], list[Unit]]:
    """Hand the original on, if it is planned; the events of that, and the units that are left."""
    source, units = task
    events: list[Event] = []
    for unit in units:
        if unit.copy == ORIGINAL and not outputs.stop.number:
            made = guarded(source, ORIGINAL, "write", lambda unit=unit: outputs.original(unit))  # type: ignore[misc]
            events.append(outputs.failed(made, 1) if isinstance(made, Failed) else made)
    return events, [unit for unit in units if unit.copy != ORIGINAL]


def prepare(outputs: Outputs, task: Task) -> Iterator[Row | Failed]:
    """The rows of one source. One failure of the file stands for all its copies."""
    source, units = task
    if not units or outputs.stop.number:
        return
    preparation = guarded(source, EVERY_COPY, "decode", lambda: Preparation(outputs.plan, source))
    if isinstance(preparation, Failed):
        yield preparation
        return
    for unit in units:
        if outputs.stop.number:  # a signal asks to end: the unit in hand is finished, no other is begun
            return
        row = guarded(source, unit.copy, "lower", lambda unit=unit: preparation.row(unit))  # type: ignore[misc]
        if isinstance(row, Failed) and row.failure.stage == "decode" and not row.failure.code.startswith("partner."):
            yield row._replace(copy=EVERY_COPY)  # what cannot be decoded for one copy cannot for any
            return
        yield row


def finish(outputs: Outputs, row: Row, samples: list[Any] | SampleError) -> Event:
    """Encode and write one executed row."""
    if isinstance(samples, SampleError):
        return outputs.failed(Failed(row.unit.source, row.unit.copy, samples.failure()), 1)
    made = guarded(row.unit.source, row.unit.copy, "encode", lambda: outputs.finish(row, samples))
    return outputs.failed(made, 1) if isinstance(made, Failed) else made


def execute_source(outputs: Outputs, task: Task) -> list[Event]:
    """All of one source, one output after the other: while its image is in the cache, it is changed, encoded and written."""
    events, units = originals_first(outputs, task)
    source = task[0]
    apply = MODALITIES[source.modality].apply
    for row in prepare(outputs, (source, units)):
        if isinstance(row, Failed):
            events.append(outputs.failed(row, len(units) if row.copy == EVERY_COPY else 1))
            continue
        samples = guarded(source, row.unit.copy, "execute", lambda row=row: apply(row.frames))  # type: ignore[misc]
        events.append(outputs.failed(samples, 1) if isinstance(samples, Failed) else finish(outputs, row, samples))
    return events


def on_threads(pool: ThreadPoolExecutor, tasks: Iterator[Task], work: Callable[[Task], Any], ahead: int) -> Iterator[Any]:
    """`work` on every task, on threads, at most `ahead` at a time beyond what has been taken; results in order."""
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


class Windows:
    """Collects rows until a window is full, executes it on the device, and hands the results on to threads."""

    def __init__(self, outputs: Outputs, device: Device, pool: ThreadPoolExecutor, batch_size: int, memory_bytes: int) -> None:
        self._outputs, self._device, self._pool = outputs, device, pool
        self._batch_size, self._memory_bytes = batch_size, memory_bytes
        self._rows: dict[str, list[Row]] = {}
        self._bytes = 0

    def add(self, row: Row) -> Iterator[Event]:
        """Take one row in; what became of earlier ones comes out when this fills the window."""
        rows = self._rows.setdefault(row.unit.source.modality, [])
        rows.append(row)
        self._bytes += bytes_of(row)
        if self._batch_size and len(rows) >= self._batch_size:
            yield from self._execute(row.unit.source.modality)
        elif self._bytes >= self._memory_bytes:
            yield from self.flush()

    def flush(self) -> Iterator[Event]:
        for modality in list(self._rows):
            yield from self._execute(modality)

    def _execute(self, modality: str) -> Iterator[Event]:
        rows = self._rows.pop(modality)
        self._bytes = sum(bytes_of(row) for others in self._rows.values() for row in others)
        samples = execute_window(rows, modality, self._device.name, self._device.backend)
        yield from self._pool.map(lambda pair: finish(self._outputs, *pair), list(zip(rows, samples, strict=True)))


def execute_window(rows: Sequence[Row], modality: str, device: str, backend: str) -> list[list[Any] | SampleError]:
    """New samples for these rows, one for each frame, or the SampleError of a row that failed alone."""
    ready = [frame for row in rows for frame in row.frames]
    try:
        done = iter(MODALITIES[modality].apply(ready) if backend == "cpu" else MODALITIES[modality].execute(ready, device))
        return [list(islice(done, len(row.frames))) for row in rows]
    except SampleError as error:
        if len(rows) == 1:
            return [error]
    except MemoryError:
        if len(rows) == 1:
            return [SampleError("memory", "not enough memory", "execute")]
    except (ArithmeticError, LookupError, TypeError, ValueError, RuntimeError, AssertionError) as error:
        if len(rows) == 1:
            return [SampleError("internal", f"{type(error).__name__}: {error}", "execute")]
    # Rows do not see each other, so the ones beside a bad row lose nothing by running without it.
    half = len(rows) // 2
    return execute_window(rows[:half], modality, device, backend) + execute_window(rows[half:], modality, device, backend)


def bytes_of(row: Row) -> int:
    """What a row takes in memory while it waits and runs: its samples, its partners, and what its program makes.

    Frames after the first are taken to be like it.
    """
    size = int(getattr(row.sample, "nbytes", 0)) + sum(int(getattr(partner, "nbytes", 0)) for partner in row.partners)
    return (size + _program_bytes(row.program, row.opened.facts, row.partners)) * (1 + len(row.more))


def _program_bytes(program: Sequence[Primitive], facts: Any, partners: Sequence[Any]) -> int:
    """A result for each primitive, the masks of what is painted, and what is made for layers beside the image."""
    size = 0
    for primitive in program:
        before = size
        if isinstance(primitive, Blend):
            for layer in primitive.layers:
                if layer.partner == SO_FAR:  # the image so far is made from its beginning again
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
