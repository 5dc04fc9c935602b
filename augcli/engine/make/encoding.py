"""From an executed row to the bytes of its output and its record."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from augcli.core.plan import ORIGINAL, Readable, Unit
from augcli.core.values.outcome import Failure
from augcli.engine.modality.table import MODALITIES

from .crashes import attempt
from .recipe import Recipe
from .records import base_record, row_record
from .results import Failed, Made
from .samples import Row, read


def made_of(recipe: Recipe, row: Row, samples: list[Any] | Failure) -> Made | Failed:
    """The output of a row; `samples` are its executed frames, or the reason why there are none."""
    made = samples if isinstance(samples, Failure) else attempt("encode", lambda: encoded(recipe, row, samples))
    return Failed.unit(row.unit, made) if isinstance(made, Failure) else made


def encoded(recipe: Recipe, row: Row, samples: list[Any]) -> Made:
    """Encode one executed row; raises SampleError."""
    encoding = MODALITIES[row.unit.source.modality].encode(samples, row.opened.header, recipe.pipeline.output)
    record = row_record(row, row.unit.output, encoding.notes)
    record["sha256"], record["bytes"] = sha256(encoding.data).hexdigest(), len(encoding.data)
    return Made(row.unit, encoding.data, record)


def original(recipe: Recipe, readable: Readable, unit: Unit) -> Made:
    """An unchanged source; raises SampleError if it cannot be read."""
    data = read(recipe, readable)
    digest = sha256(data).hexdigest()
    record = base_record(unit.source, ORIGINAL, unit.id, "original")
    record |= {"output": unit.output, "source_sha256": digest, "sha256": digest, "bytes": len(data)}
    place = readable.place if recipe.pipeline.output.originals == "link" else ""
    return Made(unit, data, record, link_to=place if isinstance(place, str) else "")
