"""Surveys a folder as far as a first pipeline needs, through the engine's own planning."""

from __future__ import annotations

import heapq
import os
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field

from augcli.core.draws.keys import unit_key
from augcli.core.pipeline.model import Pipeline
from augcli.core.pipeline.settings import Input, Limits, Output, Table
from augcli.core.plan import Readable, Source
from augcli.core.values.facts import Facts, TextFacts
from augcli.core.values.outcome import SampleError
from augcli.dataset.layouts.blocks.registry import block_layout
from augcli.engine.make.crashes import attempt
from augcli.engine.make.recipe import Recipe
from augcli.engine.make.samples import read
from augcli.engine.modality.table import MODALITIES
from augcli.engine.plan.discovery import make_plan
from augcli.engine.plan.job import Job
from augcli.engine.plan.planning import Plan
from augcli.engine.state.device import Device
from augcli.engine.store.state_file import StateFile
from augcli.formats.text import codec as text_format
from augcli.formats.text.delimited import Dialect, guess_dialect, rows

PROBES = 200  # headers read per modality
_PROBE_BYTES = 64_000_000  # larger files are not opened for their header
_MOST_FOLDERS = 10_000
_MOST_TABLES = 20
_SCRIPTS = (
    ("Hangul", ("\u1100-\u11ff", "\u3130-\u318f", "\uac00-\ud7a3")), ("Kana", ("\u3040-\u30ff",)),
    ("Han", ("\u3400-\u9fff",)), ("Cyrillic", ("\u0400-\u052f",)), ("Greek", ("\u0370-\u03ff",)),
    ("Arabic", ("\u0600-\u06ff",)), ("Hebrew", ("\u0590-\u05ff",)), ("Devanagari", ("\u0900-\u097f",)),
    ("Thai", ("\u0e00-\u0e7f",)), ("Latin", ("a-z", "A-Z", "\u00c0-\u024f")),
)  # fmt: skip


@dataclass
class Group:
    """The samples of one modality. Counts cover all of them; `facts` and `scripts` only those that were opened."""

    kinds: Counter[str] = field(default_factory=Counter)
    splits: Counter[str] = field(default_factory=Counter)  # "" for samples outside any split
    labels: Counter[str] = field(default_factory=Counter)  # of the samples that would be augmented
    facts: list[Facts] = field(default_factory=list)
    scripts: Counter[str] = field(default_factory=Counter)  # writing systems of texts
    failures: Counter[str] = field(default_factory=Counter)  # codes, among the samples that were opened
    folders: set[str] = field(default_factory=set)  # names of folders on the way to them

    @property
    def samples(self) -> int:
        return sum(self.kinds.values())


@dataclass
class TableFound:
    """A table of texts: its columns, and those used as text and label ("" for none)."""

    path: str
    columns: list[str]
    text: str
    label: str


@dataclass
class Survey:
    """`settings` are how the inputs were read: a table's text column may have been guessed by its content."""

    inputs: list[str]
    settings: Input
    groups: dict[str, Group] = field(default_factory=dict)
    class_folders: frozenset[str] = frozenset()
    tables: list[TableFound] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)  # codes of files that no sample could be taken from
    no_text_column: list[TableFound] = field(default_factory=list)


def survey(inputs: Sequence[str]) -> Survey:
    """Walk the inputs as a run would, and open a sample of the files."""
    found = _survey(inputs, Input())
    guesses = {table.text for table in found.no_text_column}
    if guesses and not found.tables and len(guesses) == 1 and "" not in guesses:
        return _survey(inputs, Input(table=Table(text=guesses.pop())))
    return found


def _survey(inputs: Sequence[str], settings: Input) -> Survey:
    found = Survey(list(inputs), settings)
    with closing(StateFile.unnamed()) as state:
        pipeline = Pipeline(0, {"*": 1}, {}, Output(), Limits(), settings, {})
        job = Job.of(pipeline, inputs)
        plan = make_plan(job, inputs, state)
        found.left_out, found.class_folders = Counter(plan.inventory.left_out), plan.inventory.class_folders
        recipe = Recipe(pipeline, {}, Device("cpu", "cpu"))
        chosen: dict[str, list[tuple[int, int, Source]]] = {}
        for number, source in enumerate(plan.all_sources()):
            if source.trouble:
                _trouble(found, job, source)
                continue
            _count(found, source)
            # The samples with the smallest hashes: a fair choice, the same one every time.
            place = int.from_bytes(unit_key(0, source.id, 0, "survey")[:8], "big")
            heap = chosen.setdefault(source.modality, [])
            (heapq.heappush if len(heap) < PROBES else heapq.heappushpop)(heap, (-place, number, source))
        for modality, heap in chosen.items():
            for _, _, source in sorted(heap, key=lambda item: item[1]):
                _open(found.groups[modality], recipe, job.readable(source))
        for source in _first_of_tables(plan):
            _table(found, job, source)
    return found


def _count(found: Survey, source: Source) -> None:
    group = found.groups.setdefault(source.modality, Group())
    group.kinds[source.kind] += 1
    group.splits[source.split] += 1
    if source.label and source.split in ("", *found.settings.splits):
        group.labels[source.label] += 1
    if source.row < 0 and len(group.folders) < _MOST_FOLDERS:
        group.folders.update(source.id.split("/")[:-1])


def _trouble(found: Survey, job: Job, source: Source) -> None:
    found.troubles[source.trouble[0] if source.trouble else ""] += 1
    if source.trouble and source.trouble[0] == "table.no_text_column" and len(found.no_text_column) < _MOST_TABLES:
        columns, best = _longest_column(job.absolute(source), source.kind)
        found.no_text_column.append(TableFound(source.id, columns, best, ""))


def _open(group: Group, recipe: Recipe, readable: Readable) -> None:
    source = readable.source
    if source.row < 0 and source.size > _PROBE_BYTES:
        return

    def look() -> None:
        opened = MODALITIES[source.modality].open(read(recipe, readable), recipe.pipeline.limits, Input())
        group.facts.append(opened.facts)
        if isinstance(opened.facts, TextFacts):
            group.scripts[_script(opened.decode(1))] += 1

    failure = attempt("decode", look)
    if failure is not None:
        group.failures[failure.code] += 1


def _script(content: str) -> str:
    """The writing system of most of a text's letters."""
    import re

    start = content[:5000]
    counts = {name: len(re.findall(f"[{''.join(ranges)}]", start)) for name, ranges in _SCRIPTS}
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] else "other"


def _first_of_tables(plan: Plan) -> list[Source]:
    first: dict[tuple[int, str], Source] = {}
    for source in plan.all_sources():
        if source.row >= 0 and len(first) < _MOST_TABLES:
            first.setdefault((source.root, source.path), source)
    return list(first.values())


def _table(found: Survey, job: Job, source: Source) -> None:
    try:
        with open(job.absolute(source), "rb") as file:
            data = file.read()
        outline = block_layout(source.kind).outline(data, source.kind, job.pipeline.input, job.pipeline.limits)
    except (OSError, SampleError):  # not a table after all, or deleted meanwhile: a run will say so
        return
    shared = outline.shared
    if source.kind == "jsonl":
        text, label, _ = shared["keys"]
        found.tables.append(TableFound(source.stem, shared["keys"], text, label))
        return
    names = next(rows(shared["head"], Dialect(shared["delimiter"], shared["newline"]))).values()
    text, label, _ = shared["columns"]
    found.tables.append(TableFound(source.stem, names, names[text], names[label] if label >= 0 else ""))


def _longest_column(absolute: str, kind: str) -> tuple[list[str], str]:
    """A table's columns, and the one that looks most like text: several words on average, more than any other."""
    if kind == "jsonl":
        return [], ""
    try:
        text_format.check_size(os.path.getsize(absolute), Limits())
        with open(absolute, "rb") as file:
            text, _ = text_format.decode(file.read(), Limits())
        header, *body = rows(text, guess_dialect(text, kind))
    except (OSError, SampleError, ValueError):
        return [], ""
    names = header.values()
    words = [0] * len(names)
    for row in body[:PROBES]:
        for number, value in enumerate(row.values()[: len(names)]):
            words[number] += len(value.split())
    best = max(range(len(names)), key=words.__getitem__, default=-1)
    enough = best >= 0 and words[best] >= 3 * max(1, len(body[:PROBES])) and names.count(names[best]) == 1
    return names, names[best] if enough else ""
