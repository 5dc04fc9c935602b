"""Makes outputs in memory, from bytes or paths: no folder, plan, journal or signal handler."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from augcli.core.plan import Readable, Source, Task, Unit, copy_name, normal_form, parted
from augcli.core.values.outcome import UserError
from augcli.dataset.detect import HEAD_BYTES, detect
from augcli.dataset.layouts.files import split_of
from augcli.engine.modality.table import MODALITIES
from augcli.engine.plan.partners import Partners

from .recipe import Recipe
from .results import Failed, Made
from .rounds import results
from .windows import in_windows

_WINDOW_BYTES = 512 << 20


def sample(recipe: Recipe, content: str | bytes, name: str, label: str | None = None) -> Readable:
    """A sample to make outputs from: a path or bytes. `name` is its id, like a path below an input.

    Raises UserError if this is not a file that a pipeline can handle, or if its name leaves the folder that outputs go to.
    """
    if name.startswith("/") or "\0" in name or not {"", ".", ".."}.isdisjoint(name.split("/")):
        raise UserError(f"{name!r} does not name a file below an input; give a path like cats/1.png")
    if isinstance(content, bytes):
        head, size, mtime_ns = content[:HEAD_BYTES], len(content), 0
    else:
        try:
            with open(content, "rb") as file:
                head, status = file.read(HEAD_BYTES), os.fstat(file.fileno())
        except OSError as error:
            raise UserError(f"{content} cannot be read: {error.strerror}") from None
        size, mtime_ns = status.st_size, status.st_mtime_ns
    found = detect(head, name, size)
    if found.modality not in MODALITIES:
        raise UserError(f"{name} is not an image, an audio file or a text ({found.code or found.kind})")
    stem, own = parted(name)
    suffix = MODALITIES[found.modality].output_suffix(found.kind, own, recipe.pipeline.output, recipe.pipeline.input)
    source = Source(
        normal_form(name), 0, "", found.modality, found.kind, size, mtime_ns, stem, suffix,
        split_of(name.split("/")[:-1]), label,
    )  # fmt: skip
    return Readable(source, content)


def make(
    recipe: Recipe, samples: Iterable[Readable], copies: int | None = None, seed: int | None = None
) -> Iterator[Made | Failed]:
    """What `run` would write for these samples, one result after another, made by the same code.

    `copies` and `seed` are the pipeline's unless given. Where steps mix samples, partners are chosen among these.
    """
    if seed is not None:
        recipe = recipe.seeded(seed)
    tasks = _tasks(recipe, samples, copies)
    if recipe.device.backend == "cpu":
        for task in tasks:
            yield from results(recipe, task)
        return
    with ThreadPoolExecutor(1, "augcli") as pool:
        yield from in_windows(recipe, tasks, lambda result: result, pool, 1, 0, _WINDOW_BYTES)


class _Given:
    """The samples of one call as a pool of partners."""

    def __init__(self, samples: Sequence[Readable]) -> None:
        self._samples = samples

    def __iter__(self) -> Iterator[tuple[int, Source]]:
        return ((number, one.source) for number, one in enumerate(self._samples))

    def at(self, number: int) -> Source:
        return self._samples[number].source


def _tasks(recipe: Recipe, samples: Iterable[Readable], copies: int | None) -> Iterator[Task]:
    mixes = any(compiled.partner_fields for compiled in recipe.compiled.values())
    given = list(samples) if mixes else []  # without partners, samples may be an endless stream
    by_id = {one.source.id: one for one in given}
    if len(by_id) < len(given):
        raise UserError("two samples have the same name, so partners could not be told apart; give each its own")
    partners = Partners(recipe.compiled, recipe.pipeline.seed, _Given(given))
    for one in given if mixes else samples:
        source = one.source
        if source.modality not in recipe.compiled:
            continue
        units = []
        for copy in range(recipe.pipeline.copies_of(source.label) if copies is None else copies):
            chosen = [by_id[other.id] if other else None for other in partners.of(source, copy)]
            units.append(Unit(source, copy, copy_name(source.stem, copy, source.suffix), tuple(chosen)))
        yield Task(one, tuple(units))
