"""Everything known about one output: its source, the values drawn, the fused program, the samples mixed in."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from augcli.core.program.compile import CompiledPipeline
from augcli.core.values.facts import TextFacts
from augcli.core.values.outcome import OutputError, SampleError, UserError
from augcli.dataset.opened import NotOurs, digest_of, open_linked
from augcli.dataset.walk import STATE
from augcli.engine.modality.table import MODALITIES
from augcli.engine.state.manifest import records
from augcli.engine.state.output_folder import MANIFEST, RUN
from augcli.engine.store.state_file import StateFile
from augcli.engine.store.units import FAILED, StateIndex, record_of

from .replay import Recorded, recorded, remake, source_of
from .tracing import Trace, trace
from .verify import file_sha256


class StepTold(NamedTuple):
    """A step that fired. `draws` are (field, value, unit); `options` are those not drawn that differ from the default."""

    id: str
    op: str
    draws: tuple[tuple[str, Any, str], ...]
    options: dict[str, Any]


class PartnerTold(NamedTuple):
    id: str
    label: str | None
    sha256: str
    state: str


@dataclass
class Explanation:
    """One record, and what can be found out beyond it. States are "as recorded", "changed" or "gone"."""

    record: dict[str, Any]
    seed: int
    source_path: str = ""
    source_state: str = "gone"
    output_state: str = ""  # "" for rows, which are part of a document
    message: str = ""  # of a failure, from the state
    steps: list[StepTold] = field(default_factory=list)
    not_fired: list[str] = field(default_factory=list)
    partners: list[PartnerTold] = field(default_factory=list)
    trace: Trace | None = None  # only where the source is as recorded
    texts: tuple[str, str] | None = None  # before and after


def find(target: str, output: str | None) -> tuple[Recorded, str, list[dict[str, Any]]]:
    """The run and the records that `target` refers to: an output's path or, with `output`, also an id or a source."""
    root = output if output is not None else _root_above(target)
    folder = recorded(root)
    names = _names(target, os.path.abspath(root), folder)
    found = [record for record in records(root) if names & _known_as(record)]
    if not found:
        raise UserError(
            f"the manifest of {root} has no entry for {target!r}; give the path of an output, the id of an output "
            "like 'train/cat/a.jpg@0', or a source like 'train/cat/a.jpg' or 'reviews.csv#r01'"
        )
    return folder, root, found


def _root_above(target: str) -> str:
    """The output folder that contains a path: the nearest folder above it with run.json or augcli's own folder."""
    path = os.path.abspath(target)
    if _is_output(path):
        raise UserError(f"{target} is an output folder; name one of its files, or an id: augcli explain ID --output {target}")
    while (parent := os.path.dirname(path)) != path:
        path = parent
        if _is_output(path):
            return path
    raise UserError(f"{target} is not in an output folder of augcli run; to look up a source or an id, add --output OUTPUT")


def _is_output(path: str) -> bool:
    whole = os.path.isfile(os.path.join(path, RUN)) and os.path.isfile(os.path.join(path, MANIFEST))
    return whole or os.path.isfile(os.path.join(path, STATE))


def _names(target: str, root: str, folder: Recorded) -> set[str]:
    """The names that the manifest may use: as given, or the path below the output or below one of the inputs."""
    names = {target}
    absolute = os.path.abspath(target)
    if absolute.startswith(root.rstrip("/") + "/"):
        names.add(os.path.relpath(absolute, root))
    for name, base in zip(folder.several, folder.job.roots, strict=True):
        if absolute.startswith(base.rstrip("/") + "/"):
            names.add(f"{name}/{os.path.relpath(absolute, base)}".lstrip("/"))
        elif absolute == base:
            names.add(os.path.basename(base))
    return names


def _known_as(record: dict[str, Any]) -> set[str]:
    known = {record["id"], record.get("source", ""), record.get("output", "")} - {""}
    if "row" in record:  # a row's id may be given as a path in the output folder or in the input
        known.add(record["source"].rpartition("#")[0])
    return known


def explain(folder: Recorded, root: str, record: dict[str, Any]) -> Explanation:
    """Find out what there is to know; whatever no longer exists is reported as such."""
    try:
        return _explained(folder, root, record)
    except (LookupError, TypeError, AttributeError) as error:  # a manifest may come from somebody else
        raise OutputError(
            f"the record of {record['id']!r} in {root} is not as augcli writes it ({type(error).__name__}: {error}); "
            "run the pipeline again to rewrite the manifest"
        ) from error


def _explained(folder: Recorded, root: str, record: dict[str, Any]) -> Explanation:
    told = Explanation(record, folder.job.pipeline.seed)
    if "output" in record and "row" not in record:
        found = file_sha256(root, record["output"])
        told.output_state = "as recorded" if found == record.get("sha256", "") else "changed" if found else "gone"
    compiled = folder.job.compiled.get(record["modality"])
    if compiled is not None and "steps" in record:
        told.steps = list(_steps(record, compiled))
        fired = {item["step"] for item in record["steps"]}
        ids = [step.id for top in folder.job.pipeline.steps[record["modality"]] for step in top.walk() if step.op is not None]
        told.not_fired = [name for name in ids if name not in fired]
    if record["status"] == "failed":
        told.message = _message(root, record)
    _look_at_source(told, folder)
    return told


def _look_at_source(told: Explanation, folder: Recorded) -> None:
    record = told.record
    by_id = {partner["id"]: partner for partner in record.get("partners", ())}
    try:
        source = source_of(folder, record)
        told.source_path = folder.job.absolute(source)
        if "steps" not in record:
            if "row" not in record and "#" in source.id and not os.path.exists(told.source_path):
                told.source_path = told.source_path.rpartition("#")[0]  # a row that failed: its table is what is there
            digest = record.get("source_sha256", "")
            there = "there" if os.path.exists(told.source_path) else "gone"
            told.source_state = _state(*os.path.split(told.source_path), digest) if digest else there
            return
        remade = remake(folder, record, source)
        told.source_state = "as recorded" if remade.preparation.sha256 == record["source_sha256"] else "changed"
        for parent in dict.fromkeys(remade.unit.partners):
            if parent is not None and parent.source.id in by_id:
                partner = by_id[parent.source.id]
                state = _state(*os.path.split(folder.job.absolute(parent.source)), partner["sha256"])
                told.partners.append(PartnerTold(parent.source.id, partner["label"], partner["sha256"], state))
        if told.source_state == "as recorded":
            told.trace = trace(remade)
            told.texts = _texts(told.trace, record["modality"])
    except (SampleError, UserError) as error:  # the latter: a table of words that is no longer there
        told.message = told.message or str(error)
        if not told.partners:
            told.partners = [PartnerTold(item["id"], item["label"], item["sha256"], "") for item in by_id.values()]


def _texts(traced: Trace, modality: str) -> tuple[str, str] | None:
    row = traced.row
    if not isinstance(row.opened.facts, TextFacts):
        return None
    return row.sample, MODALITIES[modality].apply(row.frames)[0]


def _steps(record: dict[str, Any], compiled: CompiledPipeline) -> Iterator[StepTold]:
    for item in record["steps"]:
        iteration = tuple(item.get("iteration", ()))
        op = compiled.steps[item["step"], iteration].op
        drawn = item["draw"]
        draws = tuple((name, drawn[name], "" if isinstance(drawn[name], str) else info.unit) for name, info in op.spans.items())
        written = op.model_dump(mode="json")
        options = {
            name: written[name]
            for name, entry in type(op).model_fields.items()
            if name not in op.spans and getattr(op, name) != entry.default
        }
        yield StepTold(item["step"] + "".join(f"[{number}]" for number in iteration), item["op"], draws, options)


def _state(folder: str, relative: str, digest: str) -> str:
    """Compare a file with its recorded hash; only regular files are read, because the record may come from somebody else."""
    try:
        return "as recorded" if digest_of(open_linked(folder, relative)).hex() == digest else "changed"
    except OSError:
        return "gone"
    except NotOurs:
        return "changed"


def _told(message: bytes) -> str:
    try:
        return str(json.loads(message))
    except (ValueError, RecursionError):
        return ""


def _message(root: str, record: dict[str, Any]) -> str:
    """Why a unit failed, in words, which only the state has."""
    state = StateFile.for_reading(root)
    if state is None:
        return ""
    try:
        index = StateIndex(state)
        failed = index.current()
        failed = failed[index.table["status"][failed] == FAILED]
        for line, message in zip(index.records(failed), index.private(failed), strict=True):
            if record_of(line) == record:
                return _told(message)
    finally:
        state.close()
    return ""
