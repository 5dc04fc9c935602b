"""What the folders of a file say about it: its split, and its class where every class has a folder."""

from __future__ import annotations

from augcli.dataset import kinds

SPLITS = {
    "train": "train", "training": "train",
    "val": "val", "valid": "val", "validation": "val", "dev": "val",
    "test": "test", "testing": "test", "eval": "test", "evaluation": "test",
}  # fmt: skip


def split_of(folders: list[str]) -> str:
    """The split of a path: the first of its folders that is named like a split, or "" if none is."""
    for folder in folders:
        if folder.lower() in SPLITS:
            return SPLITS[folder.lower()]
    return ""


def in_folders(row: int, kind: str) -> bool:
    """Whether a sample may take its class from its folder: files and parts of text files may, table rows may not."""
    return row < 0 or kinds.BY_NAME[kind].modality == "text"


class ClassFolders:
    """Decides from the paths it is shown whether the samples of a modality lie in class folders.

    They do if all lie at the same depth, in at least two folders with different names that are not splits.
    """

    def __init__(self) -> None:
        self._depths: dict[str, set[int]] = {}
        self._names: dict[str, set[str]] = {}

    def see(self, modality: str, folders: list[str]) -> None:
        depths, names = self._depths.setdefault(modality, set()), self._names.setdefault(modality, set())
        if len(depths) < 2:
            depths.add(len(folders))
        name = folders[-1] if folders and folders[-1].lower() not in SPLITS else ""
        if len(names) < 2 or not name:
            names.add(name)

    def found(self, modality: str, setting: str) -> bool:
        if setting != "auto":
            return setting == "class_folders"
        return len(self._depths.get(modality, ())) == 1 and "" not in self._names[modality] and len(self._names[modality]) >= 2
