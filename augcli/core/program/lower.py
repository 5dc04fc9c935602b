"""From what fired to a program: draw, lower with the state threaded through, fuse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from augcli.core.ops.op import State
from augcli.core.primitives import Barrier, Primitive
from augcli.core.primitives.image import Blend, Warp
from augcli.core.primitives.text import Pieces
from augcli.core.values.facts import Facts
from augcli.core.values.matrix import IDENTITY

from .compile import CompiledPipeline, CompiledStep
from .sizes import too_large

Drawn = tuple[CompiledStep, Any]


class Lowered(NamedTuple):
    """One unit, ready to run: what was drawn, the fused program, the facts after it, which partners it uses.

    `idle` holds the positions in `drawn` of steps that fired but found nothing to change.
    """

    drawn: list[Drawn | Barrier]
    program: tuple[Primitive, ...]
    facts: Facts
    partners: tuple[int, ...]
    idle: frozenset[int] = frozenset()


def draw_steps(compiled: CompiledPipeline, unit: bytes) -> list[Drawn | Barrier]:
    """The steps that fire for this unit, each with its draw."""
    return [step if isinstance(step, Barrier) else (step, step.draw(unit)) for step in compiled.fire(unit)]


def lower(drawn: Iterable[Drawn | Barrier], state: State) -> Lowered:
    """Lower drawn steps one after another; `state` is the sample's state before the first."""
    program: list[Primitive] = []
    kept = list(drawn)
    partners: list[int] = []
    idle: list[int] = []
    before: Facts = state.facts  # facts before the last primitive of the program
    open_to_fusion = False
    for place, item in enumerate(kept):
        if isinstance(item, Barrier):
            open_to_fusion = False
            continue
        step, draw = item
        state.first_partner = step.first_partner
        text, became, only_text = state.text, step.lower(draw, state), True
        for primitive in became:
            if isinstance(primitive, Barrier):
                open_to_fusion = only_text = False
                continue
            fused = program[-1].then(primitive, before) if open_to_fusion else None
            if fused is not None:
                program[-1] = fused
            elif not isinstance(primitive, Warp) or not _keeps_all(primitive, state.facts):
                program.append(primitive)
                before = state.facts
                open_to_fusion = True
            state.facts = primitive.facts_after(state.facts)
            if isinstance(primitive, Pieces):
                if primitive.length > state.most_characters:
                    raise too_large(f"a text of {primitive.length:,} characters", state.most_characters, "max_characters")
                state.text = primitive.apply(state.text)
                continue
            only_text = False
            if isinstance(primitive, Blend):
                partners += [layer.partner for layer in primitive.layers if layer.partner >= 0]
        if only_text and state.text == text:
            idle.append(place)
    return Lowered(kept, tuple(program), state.facts, tuple(partners), frozenset(idle))


def _keeps_all(primitive: Warp, facts: Facts) -> bool:
    """Whether this Warp changes nothing. Whatever it would have ended cannot absorb a Warp anyway."""
    return primitive.matrix == IDENTITY and primitive.size == facts[:2]
