"""The plan of a run, frozen in a file, so that it streams and never is in memory whole. `discovery` makes it."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from augcli.core.draws.keys import draw_word, unit_key
from augcli.core.pipeline.model import Pipeline
from augcli.core.plan import ORIGINAL, Ring, Source, Unit, copy_name, partner_scope
from augcli.core.program.compile import CompiledPipeline
from augcli.dataset.layouts.files import in_folders

_MOST_NAMED = 10


@dataclass
class Plan:
    """Sources in walk order, read back from a file. Labels are resolved when read, once the layout is known."""

    path: str
    roots: tuple[str, ...]
    pipeline: Pipeline
    compiled: dict[str, CompiledPipeline]
    found: Counter[str] = field(default_factory=Counter)  # sources by modality
    left_out: Counter[str] = field(default_factory=Counter)  # files by reason
    named: dict[str, list[str]] = field(default_factory=dict)  # the first few files left out for each reason
    splits: Counter[tuple[str, str]] = field(default_factory=Counter)  # sources by modality and split
    documents: dict[str, int] = field(default_factory=dict)  # document path to number of rows
    class_folders: frozenset[str] = frozenset()
    labels: Counter[str] = field(default_factory=Counter)
    case_collisions: list[tuple[str, str]] = field(default_factory=list)
    shard: tuple[int, int] = (0, 1)
    limit: int | None = None
    sha256: str = ""
    _rings: dict[str, Ring] | None = None

    def all_sources(self) -> Iterator[tuple[int, Source]]:
        """Every source with its place in the plan file."""
        offset = 0
        with open(self.path, "rb") as file:
            for line in file:
                yield offset, self._source(line)
                offset += len(line)

    def sources(self) -> Iterator[Source]:
        """The sources of this run: those of its shard, up to its limit, of which anything is to be made."""
        number, of = self.shard
        left = self.limit
        for _, source in self.all_sources():
            if (of > 1 and _shard_of(source, of) != number) or not self.copies(source):
                continue
            if left is not None:
                if left == 0:
                    return
                left -= 1
            yield source

    def copies(self, source: Source) -> list[int]:
        """The copy numbers planned for a source."""
        originals = [ORIGINAL] if self.pipeline.output.originals != "none" and source.row < 0 and not source.trouble else []
        if not self.pipeline.steps.get(source.modality) or not self._split_counts(source):
            return originals
        return [*originals, *range(self.pipeline.copies_of(source.label))]

    def _split_counts(self, source: Source) -> bool:
        wanted = self.pipeline.input.splits
        return not source.split or wanted == "all" or source.split in wanted

    def leave_out(self, reason: str, path: str) -> None:
        """Note a file that is no sample; the first few are named."""
        self.left_out[reason] += 1
        if self.left_out[reason] <= _MOST_NAMED:
            self.named.setdefault(reason, []).append(path)

    def unknown_classes(self) -> list[str]:
        """Classes that the pipeline has copies for, and that no sample has."""
        asked = set(self.pipeline.copies) - {"*"}
        if not asked:
            return []
        for _, source in self.all_sources():
            asked.discard(source.label or "")
        return sorted(asked)

    def kept_out(self) -> Counter[str]:
        """Samples of which no copies are planned, by reason."""
        wanted = self.pipeline.input.splits
        reasons: Counter[str] = Counter()
        for (modality, split), count in self.splits.items():
            if not self.pipeline.steps.get(modality):
                reasons[f"no steps for {modality}"] += count
            elif split and wanted != "all" and split not in wanted:
                reasons[f"split {split}"] += count
        return reasons

    def units(self, source: Source) -> list[Unit]:
        return [Unit(source, copy, self.output_name(source, copy)) for copy in self.copies(source)]

    def output_name(self, source: Source, copy: int) -> str:
        if source.row >= 0:
            return source.stem
        if copy != ORIGINAL:
            return copy_name(source.stem, copy, source.suffix)
        return os.path.join(os.path.dirname(source.stem), os.path.basename(self.absolute(source)))  # as it is called on disk

    def count_units(self) -> tuple[int, int]:
        """How many sources and units this run is about."""
        sources = units = 0
        for source in self.sources():
            sources += 1
            units += len(self.copies(source))
        return sources, units

    def absolute(self, source: Source) -> str:
        return os.path.join(self.roots[source.root], source.path) if source.path else self.roots[source.root]

    def partners(self, source: Source, copy: int) -> list[Source | None]:
        """The partners chosen for a unit, one for each place that the pipeline has for them; None where nothing fits.

        The choice depends on all sources of the same modality and split, so this reads from the whole plan.
        """
        compiled = self.compiled.get(source.modality)
        if compiled is None or not compiled.partner_fields or copy < 0:
            return []
        unit = unit_key(self.pipeline.seed, source.id, copy)
        return [self._partner(source, option, draw_word(unit, field_id)) for field_id, option in compiled.partner_fields]

    def _partner(self, source: Source, option: str, word: int) -> Source | None:
        ring = self._all_rings()[partner_scope(source, option)]
        with open(self.path, "rb") as file:
            for offset in ring.successors(word):
                file.seek(offset)
                other = self._source(file.readline())
                if other.id != source.id and not (option == "other_class" and other.label == source.label):
                    return other
        return None

    def _all_rings(self) -> dict[str, Ring]:
        if self._rings is None:
            rings: dict[str, Ring] = {}
            options = {name: {option for _, option in compiled.partner_fields} for name, compiled in self.compiled.items()}
            for offset, source in self.all_sources():
                for scope in {partner_scope(source, option) for option in options.get(source.modality, ())}:
                    rings.setdefault(scope, Ring(scope)).add(source.id, offset)
            for ring in rings.values():
                ring.close()
            self._rings = rings
        return self._rings

    def prepare_partners(self) -> None:
        """Build the rings now, in one thread, if any step needs them."""
        if any(compiled.partner_fields for compiled in self.compiled.values()):
            self._all_rings()

    def _source(self, line: bytes) -> Source:
        source = Source(*json.loads(line))
        if in_folders(source.row, source.kind) and source.modality in self.class_folders:
            return source._replace(label=_class_name(source.id))
        return source


def _class_name(source_id: str) -> str | None:
    return source_id.rsplit("/", 2)[-2] if "/" in source_id else None


def _shard_of(source: Source, of: int) -> int:
    return int.from_bytes(unit_key(0, source.id, 0, "shard")[:8], "big") % of
