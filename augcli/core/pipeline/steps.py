"""The steps of a pipeline, as they were checked: one op each, or a combinator with its children."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from augcli.core.ops.op import Op

from .located import Address

COMBINATORS = ("one_of", "some_of", "sequence", "repeat")
MOST_STEPS = 10_000  # of one modality, unrolled: each is compiled, and drawn for every output


@dataclass(frozen=True, slots=True)
class Step:
    """One op with its chance, or a combinator with its children. `kind` is the op's id, or the combinator's name."""

    kind: str
    id: str
    address: Address
    p: float = 1.0
    weight: float = 1.0
    barrier: bool = False
    op: Op | None = None
    children: tuple[Step, ...] = ()
    count: tuple[int, int] = (1, 1)  # some_of: fewest and most; repeat: times, twice
    place: tuple[int, int] = (0, 0)  # line and column

    def signature(self) -> Any:
        """Everything that decides what this step does, for fingerprints."""
        fields = [self.op.version, self.op.model_dump(mode="json")] if self.op else []
        return [
            self.kind,
            self.id,
            self.p,
            self.weight,
            self.barrier,
            self.count,
            fields,
            [child.signature() for child in self.children],
        ]

    def walk(self) -> Iterator[Step]:
        yield self
        for child in self.children:
            yield from child.walk()


def sound(steps: tuple[Step, ...], ids: Mapping[Address, str]) -> tuple[Step, ...]:
    """The steps without those that have wrong options, and with new ids in place of duplicates."""
    return tuple(
        replace(step, id=ids.get(step.address, step.id), children=sound(step.children, ids))
        for step in steps
        if step.op is not None or step.kind in COMBINATORS
    )


def unrolled(step: Step) -> int:
    """How many steps this becomes when it is compiled: those of a repeat count once for each iteration."""
    if not step.children:
        return 1
    return sum(unrolled(child) for child in step.children) * (step.count[0] if step.kind == "repeat" else 1)
