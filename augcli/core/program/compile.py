"""A pipeline prepared for the inner loop: field ids hashed once, repeats unrolled, choices keyed by option.

A compiled step is drawn and lowered for every unit, so nothing is validated, parsed or hashed twice here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from augcli.core.draws.distributions import Constant, Distribution, Share
from augcli.core.draws.fields import in_pixels
from augcli.core.draws.keys import draw_uniform, draw_word, field_id
from augcli.core.ops.op import Op, State
from augcli.core.pipeline.steps import Step
from augcli.core.primitives import BARRIER, Barrier, Primitive


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """One op at one iteration, ready to be drawn."""

    step_id: str
    iteration: tuple[int, ...]
    op: Op
    p: float
    p_field: bytes
    barrier: bool
    samplers: tuple[tuple[Distribution | None, Any], ...]  # (distribution, field id or ids), or (None, constant)
    key_fields: tuple[bytes, ...]
    make_draw: Callable[..., Any]
    first_partner: int
    partner_fields: tuple[bytes, ...]
    shares: tuple[str, ...]  # drawn as percentages of the shorter side

    def fire(self, unit: bytes, fired: list[CompiledStep | Barrier]) -> None:
        if self.p >= 1 or draw_uniform(unit, self.p_field) < self.p:
            fired.append(self)
            if self.barrier:
                fired.append(BARRIER)

    def draw(self, unit: bytes) -> Any:
        """This step's parameters for one unit; numbers with a fraction have 9 significant digits."""
        values: list[Any] = []
        for distribution, fields in self.samplers:
            if distribution is None:
                values.append(fields)
            elif isinstance(fields, bytes):
                values.append(_rounded(distribution.at(draw_uniform(unit, fields))))
            else:
                values.append(tuple([_rounded(distribution.at(draw_uniform(unit, field))) for field in fields]))
        for field in self.key_fields:
            values.append(draw_word(unit, field) >> 12)  # 52 bits: every JSON reader keeps them
        return self.make_draw(*values)

    def lower(self, draw: Any, state: State) -> Sequence[Primitive | Barrier]:
        """What the op makes of a draw, with percentages as pixels of the sample as it is at this step."""
        if self.shares:
            side, spans = min(state.image.width, state.image.height), self.op.spans
            draw = draw._replace(**{name: in_pixels(getattr(draw, name), side, spans[name]) for name in self.shares})
        return self.op.lower(draw, state)


def _rounded(value: Any) -> Any:
    return float(f"{value:.9g}") if isinstance(value, float) else value


@dataclass(frozen=True, slots=True)
class CompiledGroup:
    """Steps in order; a repeat is one group of groups."""

    p: float
    p_field: bytes
    barrier: bool
    children: tuple[CompiledNode, ...]

    def fire(self, unit: bytes, fired: list[CompiledStep | Barrier]) -> None:
        if self.p >= 1 or draw_uniform(unit, self.p_field) < self.p:
            for child in self.children:
                child.fire(unit, fired)
            if self.barrier:
                fired.append(BARRIER)


@dataclass(frozen=True, slots=True)
class CompiledChoice:
    """`one_of` and `some_of`: the options with the smallest −ln(u)/weight, in the order in which they are written.

    Each option draws its own u, so an added option only takes from the others and changes nothing else.
    """

    p: float
    p_field: bytes
    barrier: bool
    count: tuple[int, int]
    count_field: bytes
    options: tuple[tuple[float, bytes, CompiledNode], ...]

    def fire(self, unit: bytes, fired: list[CompiledStep | Barrier]) -> None:
        if self.p < 1 and draw_uniform(unit, self.p_field) >= self.p:
            return
        fewest, most = self.count
        count = fewest if fewest == most else fewest + int(draw_uniform(unit, self.count_field) * (most - fewest + 1))
        times = [-math.log(1 - draw_uniform(unit, field)) / weight for weight, field, _ in self.options]
        chosen = sorted(range(len(times)), key=times.__getitem__)[:count]
        for number in sorted(chosen):
            self.options[number][2].fire(unit, fired)
        if self.barrier:
            fired.append(BARRIER)


CompiledNode = CompiledStep | CompiledGroup | CompiledChoice


class CompiledPipeline:
    """The steps of one modality. `steps` finds a compiled step by id and iteration, for replay."""

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self._partners: list[tuple[bytes, str]] = []
        self.nodes = tuple(self._node(step, ()) for step in steps)
        self.steps = {(step.step_id, step.iteration): step for node in self.nodes for step in steps_within(node)}
        self.partner_fields = tuple(self._partners)

    def fire(self, unit: bytes) -> list[CompiledStep | Barrier]:
        """The steps that fire for this unit, in order."""
        fired: list[CompiledStep | Barrier] = []
        for node in self.nodes:
            node.fire(unit, fired)
        return fired

    def _node(self, step: Step, iteration: tuple[int, ...]) -> CompiledNode:
        p_field = field_id(step.id, iteration, "p")
        if step.op is not None:
            return self._step(step, step.op, iteration, p_field)
        if step.kind in ("one_of", "some_of"):
            options = tuple(
                (child.weight, field_id(step.id, iteration, f"option {child.id}"), self._node(child, iteration))
                for child in step.children
            )
            return CompiledChoice(step.p, p_field, step.barrier, step.count, field_id(step.id, iteration, "n"), options)
        if step.kind == "repeat":
            rounds = tuple(
                CompiledGroup(1.0, b"", False, tuple(self._node(child, (*iteration, number)) for child in step.children))
                for number in range(step.count[0])
            )
            return CompiledGroup(step.p, p_field, step.barrier, rounds)
        return CompiledGroup(step.p, p_field, step.barrier, tuple(self._node(child, iteration) for child in step.children))

    def _step(self, step: Step, op: Op, iteration: tuple[int, ...], p_field: bytes) -> CompiledStep:
        samplers: list[tuple[Distribution | None, Any]] = []
        shares = tuple(name for name in op.spans if isinstance(getattr(op, name), Share))
        for name, info in op.spans.items():
            distribution = getattr(op, name)
            count = getattr(op, info.per) if info.per else 0
            if isinstance(distribution, Constant):
                value = _rounded(distribution.value)
                samplers.append((None, (value,) * count if info.per else value))
            elif info.per:
                samplers.append((distribution, tuple(field_id(step.id, iteration, name, index) for index in range(count))))
            else:
                samplers.append((distribution, field_id(step.id, iteration, name)))
        first_partner = len(self._partners)
        scope = getattr(op, "partner", "any")
        for index in range(op.partner_count()):
            self._partners.append((field_id(step.id, iteration, "partner", index), scope))
        return CompiledStep(
            step_id=step.id, iteration=iteration, op=op, p=step.p, p_field=p_field, barrier=step.barrier,
            samplers=tuple(samplers), key_fields=tuple(field_id(step.id, iteration, key) for key in op.keys),
            make_draw=op.draw_type, first_partner=first_partner,
            partner_fields=tuple(field for field, _ in self._partners[first_partner:]), shares=shares,
        )  # fmt: skip


def steps_within(node: CompiledNode) -> Iterator[CompiledStep]:
    """The steps of a node, in the order in which they are written; those of a repeat once for each iteration."""
    if isinstance(node, CompiledStep):
        yield node
    else:
        children = node.children if isinstance(node, CompiledGroup) else [child for _, _, child in node.options]
        for child in children:
            yield from steps_within(child)
