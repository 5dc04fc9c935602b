"""What the inputs contain, counted during discovery and never changed afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Inventory:
    """Counts of samples and of files that are not samples; the first few of the latter by name."""

    found: Mapping[str, int] = field(default_factory=dict)  # sources by modality
    splits: Mapping[tuple[str, str], int] = field(default_factory=dict)  # sources by modality and split
    left_out: Mapping[str, int] = field(default_factory=dict)  # files by reason
    named: Mapping[str, Sequence[str]] = field(default_factory=dict)  # the first few files left out for each reason
    class_folders: frozenset[str] = frozenset()  # modalities whose samples take their class from their folder
    case_collisions: Sequence[tuple[str, str]] = ()  # outputs whose names differ only in case
