"""The folders of an output, entered one by one without following links, and kept open so that files are made by descriptor."""

from __future__ import annotations

import errno
import os
import resource
import threading
from collections import OrderedDict
from contextlib import suppress
from functools import lru_cache

from augcli.core.values.outcome import OutputError

_MOST_OPEN = 64
_ROOT = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FOLDER = _ROOT | os.O_NOFOLLOW
_MOST_BYTES_OF_A_NAME, _MOST_BYTES_OF_A_PATH = 255, 4095
_NOT_A_FOLDER = (errno.ELOOP, errno.ENOTDIR)
_NONE_LEFT = (errno.EMFILE, errno.ENFILE)


class OpenFolder:
    """A descriptor, closed when nobody uses it any more: another thread may still write where the cache has let it go."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def __del__(self) -> None:
        with suppress(OSError):  # nothing was written through it
            os.close(self.descriptor)


class Folders:
    """The folders below `root`, which itself may be a link, because the user named it. Safe to use from many threads."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._start()
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        self._most = max(1, _MOST_OPEN if limit == resource.RLIM_INFINITY else min(_MOST_OPEN, limit // 8))

    def enter(self, relative: str) -> OpenFolder:
        """Open a folder, made where it is missing; raises OutputError where something else has its place, and OSError."""
        if self._process != os.getpid():  # forked: a thread of the parent may have held the lock
            self._start()
        with self._lock:
            if relative in self._open:
                self._open.move_to_end(relative)
                return self._open[relative]
            try:
                return self._enter(relative)
            except OSError as error:
                if error.errno not in _NONE_LEFT or not self._open:
                    raise
                self._open.clear()
                return self._enter(relative)

    def forget(self) -> None:
        """Close all: a folder may have been deleted, and another one be in its place."""
        with self._lock:
            self._open.clear()

    def _start(self) -> None:
        self._open: OrderedDict[str, OpenFolder] = OrderedDict()
        self._lock = threading.Lock()
        self._process = os.getpid()

    def _enter(self, relative: str) -> OpenFolder:
        start = relative
        while start and start not in self._open:
            start = start.rpartition("/")[0]
        folder = self._open.get(start) or self._keep("", self._root())
        for part in relative[len(start) :].split("/") if relative != start else ():
            if part:
                start = f"{start}/{part}" if start else part
                folder = self._keep(start, _open_or_make(part, folder.descriptor, os.path.join(self.root, start)))
        return folder

    def _keep(self, relative: str, descriptor: int) -> OpenFolder:
        folder = self._open[relative] = OpenFolder(descriptor)
        if len(self._open) > self._most:
            self._open.popitem(last=False)
        return folder

    def _root(self) -> int:
        os.makedirs(self.root, exist_ok=True)
        return os.open(self.root, _ROOT)


def name_problem(relative: str, root: str) -> str | None:
    """Say what is wrong with this path of an output below `root`, as far as that is known without trying.

    A name may be longer than the file system takes. A path that is too long can be written, but hardly opened by anyone.
    """
    most = _most_bytes_of_a_name(root)
    for name in relative.split("/"):
        if (size := len(os.fsencode(name))) > most:
            return f"the name has {size:,} bytes, and the file system takes {most}: {name[:40]}…"
    if (size := len(os.fsencode(os.path.join(os.path.abspath(root), relative)))) > _MOST_BYTES_OF_A_PATH:
        return f"the path has {size:,} bytes, and the system takes {_MOST_BYTES_OF_A_PATH:,}"
    return None


@lru_cache(maxsize=8)
def _most_bytes_of_a_name(root: str) -> int:
    """What the file system of an output folder takes, which need not exist yet; encrypted ones take less than others."""
    path = os.path.abspath(root)
    while path != os.path.dirname(path) and not os.path.isdir(path):
        path = os.path.dirname(path)
    try:
        return os.pathconf(path, "PC_NAME_MAX")
    except (OSError, ValueError):
        return _MOST_BYTES_OF_A_NAME


def _open_or_make(name: str, folder: int, path: str) -> int:
    if name == "..":
        raise OutputError(f"cannot write below {path}: this path leaves the output folder")
    try:
        try:
            return os.open(name, _FOLDER, dir_fd=folder)
        except FileNotFoundError:
            with suppress(FileExistsError):  # another process has made it
                os.mkdir(name, dir_fd=folder)
            return os.open(name, _FOLDER, dir_fd=folder)
    except OSError as error:
        if error.errno in _NOT_A_FOLDER:
            raise OutputError(f"cannot write below {path}: it is a link or a file where a folder must be") from None
        raise
