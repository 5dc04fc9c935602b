"""From an executed row to the bytes of its output and its record."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from augcli.core.plan import ORIGINAL, Readable, Unit
from augcli.core.values.outcome import Failure, SampleError
from augcli.dataset.layouts.registry import document_layout
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
    source = row.unit.source
    encoding = MODALITIES[source.modality].encode(samples, row.opened.header, recipe.pipeline.output)
    fragment, notes = (None, {}) if source.row < 0 else _fragment(recipe, row, samples[0])
    record = row_record(row, row.unit.output, {**encoding.notes, **notes})
    record["sha256"], record["bytes"] = sha256(encoding.data).hexdigest(), len(encoding.data)
    return Made(row.unit, encoding.data, record, fragment)


def original(recipe: Recipe, readable: Readable, unit: Unit) -> Made:
    """An unchanged source; raises SampleError if it cannot be read. A row becomes one of its document: it cannot be a link."""
    source = readable.source
    data = read(recipe, readable) if source.row < 0 else source.content.encode("utf-8", "surrogateescape")
    digest = sha256(data).hexdigest()
    record = base_record(unit.source, ORIGINAL, unit.id, "original")
    record |= {"output": unit.output, "source_sha256": digest, "sha256": digest, "bytes": len(data)}
    if source.row >= 0:
        record["row"] = source.row
        return Made(unit, data, record, _original_fragment(recipe, readable))
    place = readable.place if recipe.pipeline.output.originals == "link" else ""
    return Made(unit, data, record, link_to=place if isinstance(place, str) else "")


def _original_fragment(recipe: Recipe, readable: Readable) -> str:
    absolute = readable.place
    assert isinstance(absolute, str)  # rows belong to documents, which are files
    try:
        return document_layout(absolute).original(readable.source.row, absolute, recipe.pipeline.input)
    except OSError as error:
        raise SampleError("io.read", f"cannot be read: {error.strerror}", "read") from None


def _fragment(recipe: Recipe, row: Row, content: str) -> tuple[str, dict[str, str]]:
    """What a unit adds to its document, and what its record should say about the row."""
    source, absolute, settings = row.unit.source, row.place, recipe.pipeline.input
    assert isinstance(absolute, str)  # rows belong to documents, which are files
    layout = document_layout(absolute)
    try:
        part = layout.fragment(content, source.row, absolute, settings, row.unit.copy)
        return part, layout.notes(source.row, absolute, settings)
    except OSError as error:
        raise SampleError("io.read", f"cannot be read: {error.strerror}", "encode") from None
