"""What the manifest says about a sample: records, and the steps read back from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from augcli.core.labels.soft import soft_label
from augcli.core.plan import Source
from augcli.core.primitives import BARRIER, Barrier
from augcli.core.primitives.displace import Displace
from augcli.core.primitives.layers import SO_FAR
from augcli.core.primitives.text import Pieces, Slice
from augcli.core.program.compile import CompiledPipeline
from augcli.core.program.lower import Drawn, Lowered

from .layers import shares_of
from .samples import Row


def on_disk(source: Source) -> dict[str, str]:
    """A source's path below its root, if its id does not tell (names that are not in NFC)."""
    return {} if source.row >= 0 or not source.path or source.id.endswith(source.path) else {"path": source.path}


def base_record(source: Source, copy: int, unit_name: str, status: str) -> dict[str, Any]:
    """The fields of every record, for outputs and for failures."""
    record: dict[str, Any] = {
        "v": 1,
        "id": unit_name,
        "status": status,
        "modality": source.modality,
        "source": source.id,
        "copy": copy if copy >= 0 else None,
        "group": source.id,
    }
    record |= on_disk(source)
    if source.split:
        record["split"] = source.split
    if source.label is not None:
        record["label"] = source.label
    return record


def row_record(row: Row, output: str, notes: dict[str, Any]) -> dict[str, Any]:
    """The manifest record of an output, except its own hash and size."""
    source = row.unit.source
    record = base_record(source, row.unit.copy, row.unit.id, "done")
    record |= {"output": output, "source_sha256": row.source_sha256}
    if source.row >= 0:
        record["row"] = source.row
    record["steps"] = _step_records(row.lowered)
    if row.shown:
        record["shown"] = list(row.shown)
    if row.parents:
        record["partners"] = [
            {"number": number, "id": parent.id, "sha256": digest, "label": parent.label, **on_disk(parent)}
            for number, (parent, digest) in row.parents.items()
        ]
        soft = _soft_label(row)
        if soft is not None:
            record["soft_label"] = soft
    record["facts"] = row.lowered.facts._asdict()
    if row.more:
        record["frames"] = 1 + len(row.more)
    eased = [round(primitive.eased, 3) for primitive in row.lowered.program if isinstance(primitive, Displace)]
    if any(factor < 1 for factor in eased):
        record["eased"] = eased  # the factors by which displacement fields were scaled down so as not to fold
    pieces = [primitive for primitive in row.lowered.program if isinstance(primitive, Pieces)]
    if pieces:
        record["pieces"] = [list(piece) if isinstance(piece, Slice) else piece.text for piece in pieces[-1].pieces]
    if notes:
        record["notes"] = notes
    return record


def _step_records(lowered: Lowered) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    for place, item in enumerate(lowered.drawn):
        if isinstance(item, Barrier):
            if records:
                records[-1]["barrier"] = True
            continue
        step, draw = item
        record = {"step": step.step_id, "op": step.op.id, "draw": draw._asdict()}
        if step.iteration:
            record["iteration"] = list(step.iteration)
        if place in lowered.idle:
            record["no_effect"] = True
        records.append(record)
    return records


def recorded_steps(record: Mapping[str, Any], compiled: CompiledPipeline) -> list[Drawn | Barrier]:
    """The steps and draws of a record, ready to be lowered again; the inverse of how it was made."""
    drawn: list[Drawn | Barrier] = []
    for item in record["steps"]:
        step = compiled.steps[item["step"], tuple(item.get("iteration", ()))]
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in item["draw"].items()}
        drawn.append((step, step.make_draw(**values)))
        if item.get("barrier"):
            drawn.append(BARRIER)
    return drawn


def _soft_label(row: Row) -> dict[str, float] | None:
    """Weights by class after every Blend of the program; None where no partner's class counts."""
    shares = shares_of(row.program, row.lowered.facts, row.partners)  # type: ignore[arg-type]
    if shares.keys() == {SO_FAR}:
        return None
    return soft_label(row.unit.source.label, shares, {number: parent.label for number, (parent, _) in row.parents.items()})
