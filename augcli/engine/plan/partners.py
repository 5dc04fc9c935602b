"""Which other samples a unit is mixed with: chosen among all sources, whatever share of them is being processed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from augcli.core.draws.keys import draw_word, unit_key
from augcli.core.plan import Ring, Source, partner_scope
from augcli.core.program.compile import CompiledPipeline


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
        for number in self._rings[partner_scope(source, option)].successors(word):
            other = self._pool.at(number)
            if other.id != source.id and not (option == "other_class" and other.label == source.label):
                return other
        return None

    def _build(self) -> dict[str, Ring]:
        rings: dict[str, Ring] = {}
        options = {name: {option for _, option in compiled.partner_fields} for name, compiled in self._compiled.items()}
        for number, source in self._pool:
            for scope in {partner_scope(source, option) for option in options.get(source.modality, ())}:
                rings.setdefault(scope, Ring(scope)).add(source.id, number)
        for ring in rings.values():
            ring.close()
        return rings
