"""Regenerates any output from its record alone: the recorded draws, the source, and the pipeline in run.json."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from augcli.core.pipeline.located import Located
from augcli.core.pipeline.model import build
from augcli.core.plan import ORIGINAL, Readable, Source, Unit
from augcli.core.primitives import Barrier
from augcli.core.program.lower import Drawn
from augcli.core.values.outcome import Failure, SampleError, UserError
from augcli.dataset.layouts.blocks.reading import row_of
from augcli.engine.make.crashes import attempt
from augcli.engine.make.encoding import made_of
from augcli.engine.make.recipe import Recipe
from augcli.engine.make.records import recorded_steps
from augcli.engine.make.results import Failed
from augcli.engine.make.rounds import execute_rows
from augcli.engine.make.samples import Preparation, read
from augcli.engine.plan.job import Job
from augcli.engine.state.device import Device
from augcli.engine.state.manifest import records
from augcli.engine.state.run_file import read_run

from .verify import file_sha256


class Replayed(NamedTuple):
    """The verdict on one output; `detail` has the reason.

    verdict: "same" (as the record says, and so is the file in the output folder), "different" (from the record),
    "file differs" or "file missing" (as the record says, but the file is not), "source changed" or "failed".
    """

    unit_id: str
    verdict: str
    detail: str
    data: bytes


class Remake(NamedTuple):
    """What a record's output is made of: lower `drawn` in `preparation` again, and it comes out the same."""

    preparation: Preparation
    unit: Unit
    drawn: list[Drawn | Barrier]


class Recorded(NamedTuple):
    """A finished output folder, read back: the stable part of its run.json, its job, and the recipe of its outputs."""

    run: dict[str, Any]
    job: Job
    recipe: Recipe
    several: list[str]  # names of the inputs, which ids begin with; [""] for one input


def recorded(root: str, inputs: list[str] | None = None) -> Recorded:
    """Read an output folder's run; `inputs` are the input folders, if they have moved since."""
    run = read_run(root)
    stable = run.stable
    job = Job.of(build(Located(stable["pipeline"], {})), inputs or stable["inputs"])
    if len(job.roots) != len(stable["inputs"]):
        raise UserError(
            f"the run had {len(stable['inputs'])} inputs: {', '.join(stable['inputs'])}; give the same number, in this order"
        )
    for path in job.roots if inputs else ():
        if not os.path.lexists(path):
            raise UserError(f"there is no such input: {path}")
    several = [os.path.basename(path) for path in stable["inputs"]] if len(job.roots) > 1 else [""]
    return Recorded(stable, job, Recipe(job.pipeline, job.compiled, Device(stable["backend"], run.volatile["device"])), several)


def replay(root: str, unit_id: str | None = None, inputs: list[str] | None = None) -> Iterator[Replayed]:
    """Regenerate outputs and compare; all of them, or the one with this id.

    `inputs` are the input folders, if they have moved since. Raises UserError if there is no such unit.
    """
    folder = recorded(root, inputs)
    files = _Files(root, folder.run["documents"])
    found = False
    for record in records(root):
        if record["status"] not in ("done", "original") or unit_id not in (None, record["id"], record.get("output")):
            continue
        found = True
        yield files.judge(_replay(folder, record), record)
    if not found:
        raise UserError(
            f"the manifest has no output with the id {unit_id!r}; ids look like 'train/cat/a.jpg@0'"
            if unit_id
            else "the manifest has no outputs"
        )


class _Files:
    """Compares the files of an output folder with the records; a document with many rows is read once."""

    def __init__(self, root: str, documents: dict[str, dict[str, Any]]) -> None:
        self._root, self._documents, self._last = root, documents, ("", "")

    def judge(self, result: Replayed, record: dict[str, Any]) -> Replayed:
        if result.verdict != "same":
            return result
        name = record["output"]
        expected = self._documents.get(name, {}).get("sha256") if "row" in record else record["sha256"]
        if self._last[0] != name:
            self._last = (name, file_sha256(self._root, name))
        if self._last[1] == expected:
            return result
        verdict = "file differs" if self._last[1] else "file missing"
        return result._replace(verdict=verdict, detail=f"{name}, although the regenerated output matches its record")


def source_of(folder: Recorded, record: dict[str, Any]) -> Source:
    """The source of a record; raises SampleError for a row that no longer exists."""
    return _source(folder.job, record["source"], folder.several, record, record.get("row", -1))


def remake(folder: Recorded, record: dict[str, Any], source: Source) -> Remake:
    """Open the source and find the partners again; raises SampleError when the source cannot be opened."""
    preparation = Preparation(folder.recipe, folder.job.readable(source))
    count = 1 + max((partner["number"] for partner in record.get("partners", ())), default=-1)
    partners = [folder.job.readable(source)] * count  # stands for those that no step used, which the record does not name
    for partner in record.get("partners", ()):
        partners[partner["number"]] = _partner(folder, record, partner)
    unit = Unit(source, record["copy"] if record["copy"] is not None else ORIGINAL, record["output"], tuple(partners))
    return Remake(preparation, unit, recorded_steps(record, folder.job.compiled[source.modality]))


def _partner(folder: Recorded, record: dict[str, Any], partner: dict[str, Any]) -> Readable:
    like = {**record, "label": partner["label"], "path": partner.get("path")}
    return folder.job.readable(_source(folder.job, partner["id"], folder.several, like, -1))


def _replay(folder: Recorded, record: dict[str, Any]) -> Replayed:
    result = attempt("lower", lambda: _again(folder, record))
    if isinstance(result, Failure):
        return Replayed(record["id"], "failed", f"{result.code}: {result.message}", b"")
    return result


def _again(folder: Recorded, record: dict[str, Any]) -> Replayed | Failure:
    source = source_of(folder, record)
    readable = folder.job.readable(source)
    if record["status"] == "original":
        return _verdict(record, read(folder.recipe, readable))
    if sha256(read(folder.recipe, readable)).hexdigest() != record["source_sha256"]:
        return Replayed(record["id"], "source changed", folder.job.absolute(source), b"")
    for partner in record.get("partners", ()):
        if sha256(read(folder.recipe, _partner(folder, record, partner))).hexdigest() != partner["sha256"]:
            return Replayed(record["id"], "source changed", f"partner {partner['id']}", b"")
    preparation, unit, drawn = remake(folder, record, source)
    row = preparation.row(unit, drawn)
    made = made_of(folder.recipe, row, execute_rows([row], source.modality, folder.recipe.device)[0])
    return made.failure if isinstance(made, Failed) else _verdict(record, made.data)


def _verdict(record: dict[str, Any], data: bytes) -> Replayed:
    same = sha256(data).hexdigest() == record["sha256"]
    return Replayed(record["id"], "same" if same else "different", "" if same else f"the record says {record['sha256']}", data)


def _source(job: Job, source_id: str, several: list[str], record: dict[str, Any], row: int) -> Source:
    """The source as it was in the plan, as far as making its outputs needs it."""
    path, root = source_id if row < 0 else record["output"], 0
    if len(several) > 1:
        name, _, path = path.partition("/")
        root = several.index(name)
    path = record.get("path") or path
    if not os.path.isdir(job.roots[root]):
        path = ""
    source = Source(
        source_id,
        root,
        path,
        record["modality"],
        "",
        0,
        0,
        record.get("output", ""),
        "",
        record.get("split", ""),
        record.get("label"),
        row,
    )
    if row < 0:
        return source
    absolute = job.absolute(source)
    try:
        return source._replace(content=row_of(absolute, job.pipeline.input, row).content)
    except OSError as error:
        raise SampleError("io.read", f"{absolute} cannot be read: {error.strerror}", "read") from None
