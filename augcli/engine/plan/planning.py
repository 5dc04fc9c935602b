"""A plan: the job, the inventory of its inputs, and the file of its sources. `discovery` makes it; nothing changes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from augcli.core.plan import Source, Unit

from .inventory import Inventory
from .job import Job
from .plan_file import PlanFile


@dataclass(frozen=True, eq=False)
class Plan:
    """What a run would make from what was found."""

    job: Job
    inventory: Inventory
    file: PlanFile

    def close(self) -> None:
        self.file.close()

    def all_sources(self) -> Iterator[Source]:
        return (source for _, source in self.file)

    def sources(self) -> Iterator[Source]:
        """The sources of this job that have outputs to make: those of its shard, up to its limit."""
        left = self.job.limit
        for source in self.all_sources():
            if not self.job.in_shard(source) or not self.job.copies(source):
                continue
            if left is not None:
                if left == 0:
                    return
                left -= 1
            yield source

    def units(self, source: Source) -> list[Unit]:
        return self.job.units(source)

    def count_units(self) -> int:
        return sum(len(self.job.copies(source)) for source in self.sources())

    def unknown_classes(self) -> list[str]:
        """Classes that `copies` lists and no sample has."""
        asked = set(self.job.pipeline.copies) - {"*"}
        if not asked:
            return []
        for source in self.all_sources():
            asked.discard(source.label or "")
        return sorted(asked)

    def left_out(self) -> Counter[str]:
        """Files that are not samples, and samples without any copies, by reason."""
        reasons = Counter(self.inventory.left_out)
        copies = "" if self.job.pipeline.output.originals == "none" else ", no copies"  # the originals are there
        for (modality, split), count in self.inventory.splits.items():
            if not self.job.pipeline.steps.get(modality):
                reasons[f"no steps for {modality}{copies}"] += count
            elif not self.job.augments(split):
                reasons[f"split {split}{copies}"] += count
        return reasons
