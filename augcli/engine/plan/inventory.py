"""What the inputs contain, counted during discovery and never changed afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_MOST_NAMED = 10


@dataclass(frozen=True)
class Inventory:
    """Counts of samples and of files that are not samples; the first few of the latter by name."""

    found: Mapping[str, int] = field(default_factory=dict)  # sources by modality
    splits: Mapping[tuple[str, str], int] = field(default_factory=dict)  # sources by modality and split
    left_out: Mapping[str, int] = field(default_factory=dict)  # files by reason
    named: Mapping[str, Sequence[str]] = field(default_factory=dict)  # the first few files left out for each reason
    class_folders: frozenset[str] = frozenset()  # modalities whose samples take their class from their folder
    case_collisions: Sequence[tuple[str, str]] = ()  # outputs whose names differ only in case
    prefixes: Sequence[str] = ("",)  # of each input, which ids and outputs begin with


class Counts:
    """What is counted in one folder, or in all of them. As values of JSON it is kept in the plan."""

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()
        self.splits: Counter[tuple[str, str]] = Counter()
        self.left_out: Counter[str] = Counter()
        self.named: dict[str, list[str]] = {}
        self.in_folder: set[str] = set()  # modalities with samples that may take their class from their folder
        self.case_collisions: list[tuple[str, str]] = []

    def see(self, modality: str, split: str, samples: int) -> None:
        self.found[modality] += samples
        self.splits[modality, split] += samples

    def leave_out(self, reason: str, path: str) -> None:
        """Count a file that is not a sample; the first few are named."""
        self.left_out[reason] += 1
        named = self.named.setdefault(reason, [])
        if len(named) < _MOST_NAMED:
            named.append(path)

    def add(self, other: Counts) -> None:
        self.found += other.found
        self.splits += other.splits
        self.left_out += other.left_out
        for reason, paths in other.named.items():
            named = self.named.setdefault(reason, [])
            named += paths[: _MOST_NAMED - len(named)]
        self.case_collisions += other.case_collisions

    def to_json(self) -> dict[str, Any]:
        return {
            "found": dict(self.found),
            "splits": [[*names, count] for names, count in self.splits.items()],
            "left_out": dict(self.left_out),
            "named": self.named,
            "in_folder": sorted(self.in_folder),
            "case_collisions": self.case_collisions,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Counts | None:
        """What was counted; None where the values are not as to_json() gives them."""
        counts = cls()
        try:
            counts.found.update(values["found"])
            counts.splits.update({(modality, split): count for modality, split, count in values["splits"]})
            counts.left_out.update(values["left_out"])
            counts.named = {reason: list(paths) for reason, paths in values["named"].items()}
            counts.in_folder = set(values["in_folder"])
            counts.case_collisions = [(first, second) for first, second in values["case_collisions"]]
        except (LookupError, TypeError, ValueError, AttributeError):
            return None
        numbers = [*counts.found.values(), *counts.splits.values(), *counts.left_out.values()]
        paths = [path for some in (*counts.named.values(), *counts.case_collisions) for path in some]
        sound = all(type(number) is int for number in numbers) and all(type(path) is str for path in paths)
        return counts if sound else None
