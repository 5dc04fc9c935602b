"""The output folder: who owns it, who is writing to it, and the files of augcli's own at its top."""

from __future__ import annotations

import errno
import os
import stat
from types import TracebackType

from augcli.core.values.outcome import OutputError
from augcli.dataset.walk import STATE
from augcli.dataset.write import trouble
from augcli.engine.store.state_file import StateFile

MANIFEST, RUN, SUMS = "manifest.jsonl", "run.json", "SHA256SUMS"
SEAL = "S"  # the frame that ends a run
OWN_FILES = frozenset({STATE, MANIFEST, RUN, SUMS})


class OutputFolder:
    """Opened for writing by one run at a time; created if missing. Refuses folders with files that are not augcli's.

    `lost` says that the folder has a manifest but no state. What a run that is refused has made of it is taken back.
    """

    def __init__(self, root: str) -> None:
        self.root = os.path.abspath(root)
        self.lost = False
        self._made: list[str] = []  # folders that did not exist, the deepest one last
        self._frames = 0

    def __enter__(self) -> OutputFolder:
        try:
            self._claim()
            path = self.root
            missing = []
            while not os.path.isdir(path):
                missing.append(path)
                path = os.path.dirname(path)
            for path in reversed(missing):
                os.mkdir(path)
                self._made.append(path)
        except OSError as error:
            raise trouble(error, self.root) from None
        self.state = StateFile.for_writing(self.root)
        self._frames = len(self.state.frames)
        if self.state.damaged:
            # Which frames are missing is not known any more, so no seal counts: all outputs are compared with their hashes.
            self.state.rewrite([frame for frame in self.state.frames if frame.kind != SEAL])
            self._frames = len(self.state.frames)
        return self

    def _claim(self) -> None:
        if os.path.lexists(self.root) and not os.path.isdir(self.root):
            raise OutputError(f"{self.root} is not a folder")
        above = self.root
        while not os.path.lexists(above):
            above = os.path.dirname(above)
        if not os.path.isdir(above):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not os.path.isdir(self.root):
            return
        names = set(os.listdir(self.root))
        if STATE in names or not names:
            return
        self.lost = {MANIFEST, RUN} <= names and _is_regular(self.path(MANIFEST)) and _is_regular(self.path(RUN))
        if not self.lost:
            raise OutputError(f"{self.root} contains files that augcli did not write; choose a new or an empty folder")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.state.close()

    def take_back(self) -> None:
        """Leave the folder as it was before."""
        self.state.cut(self._frames)
        if not self._frames:
            self.state.remove()
        for path in reversed(self._made):
            try:
                os.rmdir(path)
            except OSError:
                break

    def path(self, relative: str) -> str:
        return os.path.join(self.root, relative)


def _is_regular(path: str) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False
