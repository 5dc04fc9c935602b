"""The output folder: who owns it, who is writing to it, and where augcli keeps its own files in it."""

from __future__ import annotations

import fcntl
import json
import os
from types import TracebackType
from typing import Any

from augcli.core.values.outcome import OutputError, Unfinished, UserError
from augcli.dataset.write import Writer, trouble

OWN = ".augcli"
MANIFEST, RUN, SUMS = "manifest.jsonl", "run.json", "SHA256SUMS"
_GO_ON = "the run did not finish; run the same command again to resume it"


class OutputFolder:
    """Opened for writing by one run at a time; created if missing. Refuses folders with files that are not augcli's."""

    def __init__(self, root: str) -> None:
        self.root = os.path.abspath(root)
        self.own = os.path.join(self.root, OWN)
        self.journals = os.path.join(self.own, "journal")
        self.plan = os.path.join(self.own, "plan.jsonl")
        self._lock: int | None = None

    def __enter__(self) -> OutputFolder:
        try:
            self._claim()
            os.makedirs(self.own, exist_ok=True)
            self._lock = os.open(os.path.join(self.own, "lock"), os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise trouble(error, self.root) from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = os.pread(self._lock, 100, 0).decode("ascii", "replace").strip()
            os.close(self._lock)
            raise OutputError(
                f"another augcli (process {owner or 'unknown'}) is writing to {self.root}; wait for it, or choose another folder"
            ) from None
        try:
            os.ftruncate(self._lock, 0)
            os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)
        except OSError as error:
            os.close(self._lock)
            raise trouble(error, self.root) from None
        return self

    def _claim(self) -> None:
        if os.path.lexists(self.root) and not os.path.isdir(self.root):
            raise OutputError(f"{self.root} is not a folder")
        if os.path.isdir(self.root) and not os.path.isdir(self.own) and os.listdir(self.root):
            raise OutputError(f"{self.root} contains files that augcli did not write; choose a new or an empty folder")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if self._lock is not None:
            os.close(self._lock)

    def leave_to_parent(self) -> None:
        """In a forked worker: leave the lock to the parent."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def path(self, relative: str) -> str:
        return os.path.join(self.root, relative)


def read_run(root: str) -> dict[str, Any]:
    """run.json of a finished output folder; raises Unfinished if its run was stopped, UserError if it is not an output."""
    run = _read(root)
    if run is None:
        if os.path.isdir(os.path.join(root, OWN)):
            raise Unfinished(f"{root} contains no {RUN}: {_GO_ON}")
        raise UserError(f"{root} is not an output folder of augcli run: it contains no {RUN}")
    if not run.get("finished", True):
        raise Unfinished(f"{root}: {_GO_ON}")
    if not {"complete", "pipeline", "inputs", "documents", "backend"} <= run.keys():
        raise UserError(f"{os.path.join(root, RUN)} was not written by augcli run; choose another folder")
    return run


def _read(root: str) -> dict[str, Any] | None:
    path = os.path.join(root, RUN)
    try:
        with open(path, encoding="utf-8") as file:
            run = json.load(file)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read: {error}") from None
    if not isinstance(run, dict):
        raise UserError(f"{path} was not written by augcli run; choose another folder")
    return run


def mark_incomplete(folder: OutputFolder) -> None:
    """Mark the folder as incomplete in run.json, so that a killed run does not leave it looking complete or foreign."""
    try:
        run = _read(folder.root) or {"v": 1}
    except UserError:
        run = {"v": 1}  # it is rewritten at the end
    run |= {"complete": False, "finished": False}
    Writer(folder.root).write(RUN, (json.dumps(run, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace"))


def made_by(folder: OutputFolder) -> str:
    """The backend of an earlier run here; "" if there was none."""
    try:
        return str((_read(folder.root) or {}).get("backend", ""))
    except UserError:
        return ""
