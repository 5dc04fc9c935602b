"""What one call asks for, before anything is looked for: which copies of which sources, and their names."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from augcli.core.draws.keys import unit_key
from augcli.core.pipeline.model import Pipeline
from augcli.core.plan import ORIGINAL, Readable, Source, Unit, copy_name
from augcli.core.program.compile import CompiledPipeline


@dataclass(frozen=True, eq=False)
class Job:
    """A pipeline, its programs, the input roots, and the share of the sources that this call covers."""

    pipeline: Pipeline
    compiled: Mapping[str, CompiledPipeline]  # by modality
    roots: tuple[str, ...]
    shard: tuple[int, int] = (0, 1)
    limit: int | None = None

    @classmethod
    def of(cls, pipeline: Pipeline, inputs: Sequence[str], shard: tuple[int, int] = (0, 1), limit: int | None = None) -> Job:
        compiled = {name: CompiledPipeline(steps) for name, steps in pipeline.steps.items()}
        return cls(pipeline, compiled, tuple(os.path.abspath(root) for root in inputs), shard, limit)

    @property
    def whole(self) -> bool:
        """Whether every source takes part, so that an output that is not planned is unwanted."""
        return self.shard[1] == 1 and self.limit is None

    def in_shard(self, source: Source) -> bool:
        number, of = self.shard
        return of == 1 or int.from_bytes(unit_key(0, source.id, 0, "shard")[:8], "big") % of == number

    def augments(self, split: str) -> bool:
        """Whether the samples of a split get copies."""
        wanted = self.pipeline.input.splits
        return not split or wanted == "all" or split in wanted

    def copies(self, source: Source) -> list[int]:
        """The copy numbers planned for a source."""
        # A row without a text is one of its document all the same; a broken line would only break the new one.
        lost = source.trouble is not None and (source.row < 0 or source.trouble[0] == "table.json")
        originals = [] if lost or self.pipeline.output.originals == "none" else [ORIGINAL]
        if not self.pipeline.steps.get(source.modality) or not self.augments(source.split):
            return originals
        return [*originals, *range(self.pipeline.copies_of(source.label))]

    def units(self, source: Source) -> list[Unit]:
        return [Unit(source, copy, self._output_name(source, copy)) for copy in self.copies(source)]

    def _output_name(self, source: Source, copy: int) -> str:
        if source.row >= 0:
            return source.stem
        if copy != ORIGINAL:
            return copy_name(source.stem, copy, source.suffix)
        return os.path.join(os.path.dirname(source.stem), os.path.basename(self.absolute(source)))  # its name on disk

    def absolute(self, source: Source) -> str:
        return os.path.join(self.roots[source.root], source.path) if source.path else self.roots[source.root]

    def readable(self, source: Source) -> Readable:
        return Readable(source, self.absolute(source))
