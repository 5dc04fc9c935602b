"""Finding rows by the name that somebody typed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from augcli.core.ops.op import STEP_KEYS
from augcli.core.pipeline.flow import flow
from augcli.core.pipeline.located import read_yaml
from augcli.core.pipeline.spelling import squeezed

from .row import Option, Peer


@cache
def rows() -> tuple[Peer, ...]:
    """Every row; where several mean the same name, the libraries that are asked for most come first."""
    from . import albumentations, audiomentations, imgaug, keras, nlpaug, torchvision, words  # a good pipeline needs none

    tables = (
        torchvision.TABLE, albumentations.TABLE, audiomentations.TABLE, audiomentations.TORCH_TABLE, nlpaug.TABLE, keras.TABLE,
        keras.GENERATOR_TABLE, audiomentations.TORCHAUDIO_TABLE, nlpaug.AUDIO_TABLE, nlpaug.EDA_TABLE, imgaug.TABLE,
        imgaug.KORNIA_TABLE, words.IMAGE, words.AUDIO, words.TEXT,
    )  # fmt: skip
    return tuple(row for table in tables for row in table)


@cache
def _by_name() -> dict[tuple[str, str], list[Peer]]:
    found: dict[tuple[str, str], list[Peer]] = {}
    for row in rows():
        found.setdefault((row.modality, squeezed(row.name)), []).append(row)
    return found


def named(modality: str, name: str, body: Any = None) -> list[Peer]:
    """The rows of this name, those first that know most of the options; one of each step."""
    given = set(body) if isinstance(body, dict) else {""} if body is not None else set()
    like = _by_name().get((modality, squeezed(name)), [])
    exact = [row for row in like if row.name == name] or like
    found = sorted(exact, key=lambda row: -len(given & set(row.options)))
    if found and given & set(found[0].options):
        return found[:1]
    return list({row.step: row for row in reversed(found)}.values())[::-1]


def names(modality: str) -> list[str]:
    return [row.name for row in rows() if row.modality == modality]


def of_step(modality: str, step: str) -> list[Peer]:
    """The rows of named libraries that mean this step."""
    return [row for row in rows() if row.library and (row.modality, row.step) == (modality, step)]


def of_option(modality: str, step: str, option: str) -> Iterator[tuple[Peer, tuple[Option, ...]]]:
    """What this option of this step is elsewhere, rows that can convert its values first."""
    rest = []
    for row in rows():
        if (row.modality, row.step) == (modality, step) and option in row.options:
            if any(one.of_number for one in row.options[option]):
                yield row, row.options[option]
            else:
                rest.append((row, row.options[option]))
    yield from rest


def converted(option: Option, value: Any) -> Any:
    """The value as it is written here; None where a number or a pair of numbers would be needed."""
    items = value if isinstance(value, list) else [value]
    numbers = all(isinstance(item, (int, float)) and not isinstance(item, bool) and abs(item) < 1e15 for item in items)
    try:
        if not numbers:
            return value if option.shown == "x" and option.place is None and isinstance(value, (str, bool)) else None
        if len(items) == 2 and option.of_pair and option.place is None:
            return option.of_pair(*items)
        return option.of_number(items[0]) if len(items) == 1 and option.of_number else None
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


def as_step(row: Peer, body: Any) -> str:
    """The step to write for theirs with these options: what they give by default there, and what was given."""
    if body is None or body == {}:
        return row.example
    given = body if isinstance(body, dict) else {"": body}
    found = read_yaml(row.example).value
    body_here = found[row.step] if isinstance(found, dict) else {}
    options: dict[str, Any] = {"steps": body_here} if isinstance(body_here, list) else body_here
    options |= {name: value for name, value in row.unset.items() if name in options}
    ends: dict[str, dict[int, Any]] = {}
    for name, value in given.items():
        if name in STEP_KEYS:
            options[name] = value
        for option in row.options.get(name, ()):
            if (here := converted(option, value)) is None:
                continue
            if option.place is not None:
                ends.setdefault(option.field, {})[option.place] = here
            for field in option.field.split(", ") if option.place is None else ():
                options[field] = here
    options |= {field: [both[0], both[1]] for field, both in ends.items() if len(both) == 2}
    if "p" in options:
        options["p"] = options.pop("p")  # last, as people write it
    if isinstance(body_here, list) and list(options) == ["steps"]:
        return row.example
    return f"{row.step}: {flow(options)}" if options else row.step
