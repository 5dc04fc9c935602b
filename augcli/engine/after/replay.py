"""Any output made again from its record alone: the draws in it, the source, and the pipeline in run.json."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from augcli.core.pipeline.located import Located
from augcli.core.pipeline.model import build
from augcli.core.plan import ORIGINAL, Source, Unit
from augcli.core.primitives import Barrier
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import Drawn
from augcli.core.values.outcome import SampleError, UserError
from augcli.dataset.layouts.registry import document_layout
from augcli.engine.make.outputs import encoded
from augcli.engine.make.records import recorded_steps
from augcli.engine.make.rounds import execute_window
from augcli.engine.make.samples import Preparation, read
from augcli.engine.plan.planning import Plan
from augcli.engine.state.manifest import records
from augcli.engine.state.output_folder import read_run

from .verify import file_sha256


class Replayed(NamedTuple):
    """What became of one output; `detail` has the reason.

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
    partners: list[Source]


class Recorded(NamedTuple):
    """A finished output folder, read back: its run.json, and the plan as far as making its outputs needs it."""

    run: dict[str, Any]
    plan: Plan
    several: list[str]  # names of the inputs, which ids begin with; [""] for one input


def recorded(root: str, inputs: list[str] | None = None) -> Recorded:
    """Read an output folder's run; `inputs` are the input folders, where they have moved since."""
    run = read_run(root)
    pipeline = build(Located(run["pipeline"], {}))
    compiled = {name: CompiledPipeline(steps) for name, steps in pipeline.steps.items()}
    roots = tuple(os.path.abspath(path) for path in inputs or run["inputs"])
    if len(roots) != len(run["inputs"]):
        raise UserError(f"the run had {len(run['inputs'])} inputs: {', '.join(run['inputs'])}; give as many, in this order")
    for path in roots if inputs else ():
        if not os.path.lexists(path):
            raise UserError(f"there is no such input: {path}")
    several = [os.path.basename(path) for path in run["inputs"]] if len(roots) > 1 else [""]
    return Recorded(run, Plan("", roots, pipeline, compiled), several)


def replay(root: str, unit_id: str | None = None, inputs: list[str] | None = None) -> Iterator[Replayed]:
    """Make outputs again and compare; all of them, or the one with this id.

    `inputs` are the input folders, where they have moved since. Raises UserError when there is no such unit.
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
    """The files of an output folder, held against the records; the document of many rows is read once."""

    def __init__(self, root: str, documents: dict[str, dict[str, Any]]) -> None:
        self._root, self._documents, self._last = root, documents, ("", "")

    def judge(self, result: Replayed, record: dict[str, Any]) -> Replayed:
        if result.verdict != "same":
            return result
        name = record["output"]
        expected = self._documents.get(name, {}).get("sha256") if "row" in record else record["sha256"]
        if self._last[0] != name:
            self._last = (name, file_sha256(os.path.join(self._root, name)))
        if self._last[1] == expected:
            return result
        verdict = "file differs" if self._last[1] else "file missing"
        return result._replace(verdict=verdict, detail=f"{name}, though its record comes out the same")


def source_of(folder: Recorded, record: dict[str, Any]) -> Source:
    """The source of a record; raises SampleError for a row that is not there any more."""
    return _source(folder.plan, record["source"], folder.several, record, record.get("row", -1))


def remake(folder: Recorded, record: dict[str, Any], source: Source) -> Remake:
    """Open the source and find the partners again; raises SampleError when the source cannot be opened."""
    preparation = Preparation(folder.plan, source)
    count = 1 + max((partner["number"] for partner in record.get("partners", ())), default=-1)
    partners = [source] * count
    for partner in record.get("partners", ()):
        partners[partner["number"]] = _partner(folder, record, partner)
    unit = Unit(source, record["copy"] if record["copy"] is not None else ORIGINAL, record["output"])
    return Remake(preparation, unit, recorded_steps(record, folder.plan.compiled[source.modality]), partners)


def _partner(folder: Recorded, record: dict[str, Any], partner: dict[str, Any]) -> Source:
    return _source(
        folder.plan, partner["id"], folder.several, {**record, "label": partner["label"], "path": partner.get("path")}, -1
    )


def _replay(folder: Recorded, record: dict[str, Any]) -> Replayed:
    plan = folder.plan
    try:
        source = source_of(folder, record)
        if record["status"] == "original":
            return _verdict(record, read(plan, source))
        if sha256(read(plan, source)).hexdigest() != record["source_sha256"]:
            return Replayed(record["id"], "source changed", plan.absolute(source), b"")
        for partner in record.get("partners", ()):
            if sha256(read(plan, _partner(folder, record, partner))).hexdigest() != partner["sha256"]:
                return Replayed(record["id"], "source changed", f"partner {partner['id']}", b"")
        preparation, unit, drawn, partners = remake(folder, record, source)
        row = preparation.row(unit, drawn, partners)
        samples = execute_window([row], source.modality, folder.run["device"], folder.run["backend"])[0]
        if isinstance(samples, SampleError):
            raise samples
        return _verdict(record, encoded(plan, row, samples)[0])
    except SampleError as error:
        return Replayed(record["id"], "failed", f"{error.code}: {error.message}", b"")


def _verdict(record: dict[str, Any], data: bytes) -> Replayed:
    same = sha256(data).hexdigest() == record["sha256"]
    return Replayed(record["id"], "same" if same else "different", "" if same else f"the record says {record['sha256']}", data)


def _source(plan: Plan, source_id: str, several: list[str], record: dict[str, Any], row: int) -> Source:
    """The source as the plan had it, as far as making its outputs needs it."""
    path, root = source_id if row < 0 else record["output"], 0
    if len(several) > 1:
        name, _, path = path.partition("/")
        root = several.index(name)
    path = record.get("path") or path
    if not os.path.isdir(plan.roots[root]):
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
    absolute = plan.absolute(source)
    try:
        return source._replace(content=document_layout(absolute).content(row, absolute, plan.pipeline.input))
    except OSError as error:
        raise SampleError("io.read", f"{absolute} cannot be read: {error.strerror}", "read") from None
    except IndexError:
        raise SampleError("table.row", f"{absolute} has no row {row} any more", "read") from None
