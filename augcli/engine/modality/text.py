"""Text: a primitive edits a string directly, so there are no kernels and nothing to batch."""

from __future__ import annotations

from typing import Any

from augcli.core.pipeline.settings import Input, Limits, Output
from augcli.formats.bytes.encoded import Encoded

from .modality import Modality, Opened, Rows, holds_any_size, partner_as_it_is


def _check_bytes(size: int, limits: Limits) -> None:
    from augcli.formats.text import codec as text

    text.check_size(size, limits)


def _open(data: bytes, limits: Limits, reading: Input) -> Opened:
    from augcli.formats.text import codec as text

    content, header = text.decode(data, limits, reading.text.encoding)
    return Opened(header.facts, header, lambda scale: content)


def _encode(contents: list[str], header: Any, output: Output) -> Encoded:
    from augcli.formats.text import codec as text

    return Encoded(text.encode(contents[0], header), "", {})


def _apply(rows: Rows) -> list[Any]:
    results = []
    for content, program, _ in rows:
        for primitive in program:
            content = primitive.apply(content)  # type: ignore[attr-defined]
        results.append(content)
    return results


TEXT = Modality(
    name="text",
    open=_open,
    check_bytes=_check_bytes,
    check_output=holds_any_size,
    encode=_encode,
    output_suffix=lambda kind, own, output, reading: own,
    output_options=lambda output, reading: None if reading.text.encoding == "auto" else reading.text.encoding,
    apply=_apply,
    execute=lambda rows, device: _apply(rows),
    as_partner=partner_as_it_is,
    load=lambda: None,
    batched=False,
)
