"""Finds which steps became which primitive of a fused program, by lowering ever longer prefixes of the recorded steps."""

from __future__ import annotations

from typing import Any, NamedTuple

from augcli.core.primitives import Barrier
from augcli.core.primitives.image import Warp
from augcli.core.values.facts import AudioFacts, Facts, ImageFacts, TextFacts
from augcli.engine.make.samples import Row

from .replay import Remake


class Traced(NamedTuple):
    """One primitive of the fused program, and the steps that it was made from."""

    kind: str
    steps: tuple[str, ...]
    before: Facts
    after: Facts


class Trace(NamedTuple):
    """`idle` are the steps that fired but changed nothing; `scale` is the reduction at which the image was decoded."""

    row: Row
    primitives: tuple[Traced, ...]
    idle: tuple[str, ...]
    scale: int


def trace(remade: Remake) -> Trace:
    """Lower prefix by prefix; raises SampleError if the source or a partner cannot be decoded."""
    before: tuple[Any, ...] = ()
    parts: list[list[str]] = []
    idle: list[str] = []
    for count, item in enumerate(remade.drawn, 1):
        if isinstance(item, Barrier):
            continue
        name = _name(item[0].step_id, item[0].iteration)
        program = _row(remade, count).lowered.program
        changed = [number for number in range(len(program)) if number >= len(before) or program[number] != before[number]]
        for number in changed:
            if number == len(parts):
                parts.append([])
            parts[number].append(name)
        if not changed:
            idle.append(name)
        before = program
    row = _row(remade, len(remade.drawn))
    facts: Any = row.opened.facts
    primitives = []
    for primitive, names in zip(row.lowered.program, parts, strict=True):
        after: Any = primitive.facts_after(facts)
        primitives.append(Traced(type(primitive).__name__, tuple(names), facts, after))
        facts = after
    return Trace(row, tuple(primitives), tuple(idle), _scale(row))


def _row(remade: Remake, count: int) -> Row:
    return remade.preparation.row(remade.unit, remade.drawn[:count])


def _name(step_id: str, iteration: tuple[int, ...]) -> str:
    return step_id + "".join(f"[{number}]" for number in iteration)


def _scale(row: Row) -> int:
    """An image that is reduced anyway may have been decoded smaller, and its first Warp then starts from there."""
    if not row.program or row.program[0] == row.lowered.program[0] or not isinstance(row.program[0], Warp):
        return 1
    first: Any = row.lowered.program[0]
    return next((scale for scale in row.opened.scales if first.scaled(scale, scale) == row.program[0]), 1)


def facts_text(facts: Facts) -> str:
    """Facts in human-readable form."""
    if isinstance(facts, ImageFacts):
        return f"{facts.width}×{facts.height}" + (f" in {facts.bits} bits" if facts.bits != 8 else "")
    if isinstance(facts, AudioFacts):
        return f"{facts.frames / facts.rate:.3f} s at {facts.rate:,} Hz"
    assert isinstance(facts, TextFacts)
    return f"{facts.characters:,} characters"
