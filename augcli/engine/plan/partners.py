"""Which other samples a unit is mixed with: chosen among all sources, whatever share of them is being processed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from augcli.core.draws.keys import draw_word, unit_key
from augcli.core.plan import Source
from augcli.core.program.compile import CompiledPipeline
from augcli.core.rings import Ring, partner_scope
from augcli.core.values.outcome import UserError

from .planning import Plan


class Pool(Protocol):
    """All sources that may be partners, each known by a number."""

    def __iter__(self) -> Iterator[tuple[int, Source]]: ...

    def at(self, number: int, /) -> Source: ...


class Partners:
    """Finds partners on rings of hashed ids, which are built when the first one is asked for."""

    def __init__(self, compiled: Mapping[str, CompiledPipeline], seed: int, pool: Pool) -> None:
        self._compiled, self._seed, self._pool = compiled, seed, pool
        self._rings: dict[str, Ring] | None = None

    def of(self, source: Source, copy: int) -> list[Source | None]:
        """The partners of a unit, one for each that the pipeline asks for; None if no source fits."""
        compiled = self._compiled.get(source.modality)
        if compiled is None or not compiled.partner_fields or copy < 0:
            return []
        unit = unit_key(self._seed, source.id, copy)
        return [self._partner(source, option, draw_word(unit, field_id)) for field_id, option in compiled.partner_fields]

    def build(self) -> None:
        """Build the rings now."""
        if self._rings is None:
            self._rings = self._build()

    def _partner(self, source: Source, option: str, word: int) -> Source | None:
        self.build()
        assert self._rings is not None
        ring = self._rings[partner_scope(source, option)]
        if option == "other_class":
            number = ring.other_class(word, source.label)
            return None if number is None else self._pool.at(number)
        for number in ring.successors(word):
            other = self._pool.at(number)
            if other.id != source.id:
                return other
        return None

    def _build(self) -> dict[str, Ring]:
        rings: dict[str, Ring] = {}
        options = {name: {option for _, option in compiled.partner_fields} for name, compiled in self._compiled.items()}
        for number, source in self._pool:
            for scope in {partner_scope(source, option) for option in options.get(source.modality, ())}:
                ring = rings.get(scope)
                if ring is None:
                    ring = rings[scope] = Ring(scope)
                ring.add(source.id, number, source.label)
        for ring in rings.values():
            ring.close()
        return rings


def check_classes(plan: Plan) -> None:
    """Raise UserError if a step mixes in samples of another class where all samples to be augmented are of the same one."""
    asking = {
        modality: step.id
        for modality, steps in plan.job.pipeline.steps.items()
        for top in reversed(steps)
        for step in reversed(list(top.walk()))
        if step.op is not None and step.op.partner_count() and getattr(step.op, "partner", "any") == "other_class"
    }
    if not asking:
        return
    found: dict[tuple[str, str], Counter[tuple[str | None, str]]] = defaultdict(Counter)
    augmented: set[tuple[str, str]] = set()
    for group, folder, label, samples, copies in plan.groups():
        if group.modality in asking and not group.rows:
            found[group.modality, group.split][label, folder] += samples
            if copies.stop > 0:
                augmented.add((group.modality, group.split))
    for modality, split in sorted(augmented):
        classes = {label for label, _ in found[modality, split]}
        if len(classes) == 1:
            folders = sorted(folder for _, folder in found[modality, split])
            raise UserError(
                f"the {modality} step {asking[modality]} needs samples of a second class (partner: other_class), but "
                f"{_only_class(found[modality, split].total(), split, classes.pop(), folders)}, or use partner: any"
            )


def _only_class(samples: int, split: str, label: str | None, folders: Sequence[str]) -> str:
    """What was found instead of two classes, and what to do."""
    which = f"the {samples:,} samples" + (f" of the split {split}" if split else "")
    if samples == 1:
        which = which.replace("the 1 samples", "the only sample")
    verb = "is" if samples == 1 else "are all"
    if label is not None:
        return f"{which} {verb} of the class {label!r}; add another class"
    if len(folders) == 1 and folders[0]:
        return f"{which} {verb} in the folder {folders[0]!r}; add a folder for each other class beside it"
    return f"{which} {'has' if samples == 1 else 'have'} no class; put samples into one folder per class, all at the same depth"
