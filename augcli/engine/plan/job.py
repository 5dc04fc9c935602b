"""What one call asks for, before anything is looked for: which copies of which sources, and their names."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from augcli.core.pipeline.model import Pipeline
from augcli.core.plan import ORIGINAL, Readable, Source, copy_name
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

    def augments(self, split: str) -> bool:
        """Whether the samples of a split get copies."""
        wanted = self.pipeline.input.splits
        return not split or wanted == "all" or split in wanted

    def copies(self, modality: str, split: str, label: str | None, readable: bool) -> range:
        """The copy numbers planned for a sample; ORIGINAL comes first. Nothing is left unchanged that cannot be read."""
        first = ORIGINAL if self.pipeline.output.originals != "none" and readable else 0
        augmented = self.pipeline.steps.get(modality) and self.augments(split)
        return range(first, self.pipeline.copies_of(label) if augmented else 0)

    def output_name(self, source: Source, copy: int) -> str:
        """The path of an output below the output folder; that of its document, where the source is a row of one."""
        if source.row >= 0:
            return source.stem
        if copy != ORIGINAL:
            return copy_name(source.stem, copy, source.suffix)
        return os.path.join(os.path.dirname(source.stem), os.path.basename(self.absolute(source)))  # its name on disk

    def absolute(self, source: Source) -> str:
        return os.path.join(self.roots[source.root], source.path) if source.path else self.roots[source.root]

    def readable(self, source: Source) -> Readable:
        return Readable(source, self.absolute(source))
