"""Writes files so that they appear whole or not at all: under a temporary name in the same folder, then renamed."""

from __future__ import annotations

import errno
import itertools
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from augcli.core.values.outcome import OutputError

_TEMPORARY = ".augcli-{pid}-{number}.tmp"
_numbers = itertools.count()


class DiskFull(OutputError):
    exit_code = 74


class Writer:
    """Writes below one output folder; remembers which folders it has made. Safe to use from many threads."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._folders: set[str] = set()

    def write(self, relative: str, data: bytes) -> None:
        """Write a file; raises OutputError if the folder cannot be written (DiskFull if the disk is full)."""
        with self._placed(relative) as temporary:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            try:
                view = memoryview(data)
                while view:
                    view = view[os.write(descriptor, view) :]
            finally:
                os.close(descriptor)

    def link(self, relative: str, target: str) -> None:
        """Make a symbolic link, relative to its own folder, to a file elsewhere."""
        with self._placed(relative) as temporary:
            folder = os.path.dirname(os.path.join(self.root, relative))
            os.symlink(os.path.relpath(os.path.realpath(target), os.path.realpath(folder)), temporary)

    def take(self, relative: str, existing: str) -> None:
        """Add an existing file as a hard link, or as a copy where that is impossible; symbolic links stay links."""
        if os.path.islink(existing):
            self.link(relative, os.path.realpath(existing))
            return
        with self._placed(relative) as temporary:
            try:
                os.link(existing, temporary)
            except OSError:
                shutil.copyfile(existing, temporary)

    def stream(self, relative: str, chunks: Iterable[bytes]) -> tuple[str, int]:
        """Write a file piece by piece, so that it is never wholly in memory; returns its SHA-256 and its length."""
        digest, size = sha256(), 0
        with self._placed(relative) as temporary, open(temporary, "xb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        return digest.hexdigest(), size

    @contextmanager
    def _placed(self, relative: str) -> Iterator[str]:
        """A temporary name to write under: renamed to the real name at the end, removed after an error."""
        path = os.path.join(self.root, relative)
        try:
            temporary = self._temporary(relative)
            try:
                yield temporary
                os.rename(temporary, path)
            except BaseException:
                _remove(temporary)
                raise
        except OSError as error:
            raise trouble(error, path) from None

    def _temporary(self, relative: str) -> str:
        folder = os.path.dirname(relative)
        if folder not in self._folders:
            os.makedirs(os.path.join(self.root, folder), exist_ok=True)
            self._folders.add(folder)
        return os.path.join(self.root, folder, _TEMPORARY.format(pid=os.getpid(), number=next(_numbers)))


class Sink:
    """A file being written, and the SHA-256 of its content so far."""

    def __init__(self, path: str) -> None:
        self.path, self._hash = path, sha256()

    def __enter__(self) -> Sink:
        try:
            self._file = open(self.path, "wb")
        except OSError as error:
            raise trouble(error, self.path) from None
        return self

    def __exit__(self, *error: object) -> None:
        try:
            self._file.close()
        except OSError as full:
            raise trouble(full, self.path) from None

    def write(self, data: bytes) -> None:
        self._hash.update(data)
        try:
            self._file.write(data)
        except OSError as error:
            raise trouble(error, self.path) from None

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


_encode = json.JSONEncoder(separators=(",", ":")).encode


def json_line(value: Any) -> str:
    """JSON on one line, ASCII only: any file name survives, and tabs can separate columns."""
    return _encode(value)


def sum_line(digest: str, name: str) -> bytes:
    """A line as sha256sum writes it: names with a backslash or a line break are escaped, and the line is marked."""
    data = os.fsencode(name)
    escaped = data.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    return (b"\\" if escaped != data else b"") + digest.encode() + b"  " + escaped + b"\n"


def trouble(error: OSError, path: str) -> OutputError:
    """What to tell the user about an error in the output folder."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(f"no space left for {path}: {reason}; free some space and run the same command again to resume")
    return OutputError(f"cannot write {path}: {reason}")


def sweep(root: str) -> int:
    """Remove temporary files that a killed run left behind; returns how many."""
    swept = 0
    for folder, _, names in os.walk(root):
        for name in names:
            if name.startswith(".augcli-") and name.endswith(".tmp"):
                _remove(os.path.join(folder, name))
                swept += 1
    return swept


def _remove(path: str) -> None:
    Path(path).unlink(missing_ok=True)
