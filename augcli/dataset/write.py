"""Writes files so that they appear whole or not at all: under a temporary name in the same folder, then renamed."""

from __future__ import annotations

import errno
import itertools
import json
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from typing import Any, TypeVar

from augcli.core.values.outcome import OutputError, SampleError

from .folders import Folders, OpenFolder, name_problem

Made = TypeVar("Made")

_TEMPORARY = re.compile(r"\.augcli-[0-9a-f]{16}\.tmp")
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_BLOCK_BYTES = 1 << 20
_MOST_DRAWS = 4  # of a temporary name


class DiskFull(OutputError):
    exit_code = 74


class Writer:
    """Writes below one output folder, in which no link is ever followed. Safe to use from many threads and after a fork."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._folders = Folders(root)

    def __reduce__(self) -> tuple[type[Writer], tuple[str]]:
        return Writer, (self.root,)  # descriptors mean nothing in a process that was not forked

    def write(self, relative: str, data: bytes) -> None:
        """Write a file; raises OutputError if the folder cannot be written (DiskFull if the disk is full), and SampleError
        if the file system refuses the name, because then other files can still be written."""
        try:
            self._place(relative, _create, lambda descriptor: _fill(descriptor, data))
        except OSError as error:
            raise self._refusal(error, relative) from None

    def link(self, relative: str, target: str) -> None:
        """Make a symbolic link, relative to its own folder, to a file elsewhere; raises what write() raises."""
        try:
            self._link(relative, target)
        except OSError as error:
            raise self._refusal(error, relative) from None

    def take(self, relative: str, existing: str) -> None:
        """Add an existing regular file as a hard link, or as a copy where that is impossible; symbolic links stay links."""
        try:
            mode = os.lstat(existing).st_mode
            if stat.S_ISLNK(mode):
                self._link(relative, existing)
                return
            if not stat.S_ISREG(mode):
                raise OutputError(f"cannot write {self._path(relative)}: {existing} is not a regular file")
            try:
                self._place(relative, lambda name, folder: os.link(existing, name, dst_dir_fd=folder, follow_symlinks=False))
            except OSError:  # another disk, a file system without hard links, or too many of them
                self._place(relative, _create, lambda descriptor: _copy(existing, descriptor))
        except OSError as error:
            raise trouble(error, self._path(relative)) from None

    def stream(self, relative: str, chunks: Iterable[bytes]) -> tuple[str, int]:
        """Write a file piece by piece, so that it is never wholly in memory; returns its SHA-256 and its length."""
        digest, size = sha256(), 0

        def fill(descriptor: int) -> None:
            nonlocal size
            with open(descriptor, "wb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())

        try:
            self._place(relative, _create, fill)
        except OSError as error:
            raise trouble(error, self._path(relative)) from None
        return digest.hexdigest(), size

    def _link(self, relative: str, target: str) -> None:
        start = os.path.join(os.path.realpath(self.root), os.path.dirname(relative))
        way = os.path.relpath(os.path.realpath(target), start)
        self._place(relative, lambda name, folder: os.symlink(way, name, dir_fd=folder))

    def _place(self, relative: str, create: Callable[[str, int], Made], fill: Callable[[Made], None] = lambda made: None) -> None:
        """Create something under a temporary name, fill it, and rename it to its real name; remove it after an error."""
        place, _, name = relative.rpartition("/")
        if name in ("", ".", ".."):
            raise OutputError(f"cannot write {self._path(relative)}: not the path of a file")
        folder, temporary, made = self._create(place, create)
        try:
            fill(made)
            os.rename(temporary, name, src_dir_fd=folder.descriptor, dst_dir_fd=folder.descriptor)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=folder.descriptor)
            raise

    def _create(self, place: str, create: Callable[[str, int], Made]) -> tuple[OpenFolder, str, Made]:
        for draws_left in reversed(range(_MOST_DRAWS)):
            folder, temporary = self._folders.enter(place), temporary_name()
            try:
                return folder, temporary, create(temporary, folder.descriptor)
            except (FileExistsError, FileNotFoundError) as error:
                if not draws_left:
                    raise
                if isinstance(error, FileNotFoundError):  # the folder that was open is deleted
                    self._folders.forget()
        raise AssertionError

    def _path(self, relative: str) -> str:
        return os.path.join(self.root, relative)

    def _refusal(self, error: OSError, relative: str) -> SampleError | OutputError:
        """What an error means that one output has met: a name that cannot be is a matter of this output alone."""
        if error.errno == errno.ENAMETOOLONG:
            problem = name_problem(relative, self.root) or "the file system takes only shorter names"
            return SampleError("output.name_too_long", problem, "write")
        if error.errno in (errno.EINVAL, errno.EILSEQ):
            message = f"the file system refuses the name: {os.strerror(error.errno)}"
            return SampleError("output.name_refused", message, "write")
        return trouble(error, self._path(relative))


def temporary_name() -> str:
    """A name that no other process or machine draws, for a file that is not whole yet; sweep() knows it."""
    return f".augcli-{os.urandom(8).hex()}.tmp"


def _create(name: str, folder: int) -> int:
    return os.open(name, _CREATE, 0o666, dir_fd=folder)


def _fill(descriptor: int, data: bytes) -> None:
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
    finally:
        os.close(descriptor)


def _copy(existing: str, descriptor: int) -> None:
    with open(descriptor, "wb") as copy, open(os.open(existing, _READ), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):  # replaced since it was looked at
            raise OutputError(f"{existing} is not a regular file, so it is not copied")
        shutil.copyfileobj(file, copy, _BLOCK_BYTES)


class Sink:
    """A file being written, and the SHA-256 of its content so far. It takes its name when all has been written."""

    def __init__(self, path: str) -> None:
        self.path, self._hash = path, sha256()
        self._temporary = os.path.join(os.path.dirname(path), temporary_name())

    def __enter__(self) -> Sink:
        try:
            self._file = open(self._temporary, "xb")
        except OSError as error:
            raise trouble(error, self.path) from None
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        try:
            self._file.close()
            if kind is None:
                os.rename(self._temporary, self.path)
            else:
                os.unlink(self._temporary)
        except OSError as full:
            raise trouble(full, self.path) from None

    def write_all(self, parts: Iterable[bytes]) -> None:
        """Write many small parts, some thousand at a time."""
        left = iter(parts)
        while some := b"".join(itertools.islice(left, 4096)):
            self.write(some)

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


def sum_line(digest: str, name: str | bytes) -> bytes:
    """A line as sha256sum writes it: names with a backslash or a line break are escaped, and the line is marked."""
    data = os.fsencode(name)
    if b"\\" not in data and b"\n" not in data and b"\r" not in data:
        return b"%b  %b\n" % (digest.encode(), data)
    escaped = data.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    return b"\\%b  %b\n" % (digest.encode(), escaped)


def trouble(error: OSError, path: str) -> OutputError:
    """What to tell the user about an error in the output folder."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(f"no space left for {path}: {reason}; free some space and run the same command again to resume")
    return OutputError(f"cannot write {path}: {reason}")


def sweep(root: str) -> int:
    """Remove temporary files that a killed run left behind, and nothing through links; returns how many."""
    swept = 0
    for _, _, names, folder in os.fwalk(root, follow_symlinks=False):
        for name in names:
            if _TEMPORARY.fullmatch(name) and _is_file_or_link(name, folder):
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=folder)
                    swept += 1
    return swept


def _is_file_or_link(name: str, folder: int) -> bool:
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return False
    return stat.S_ISREG(mode) or stat.S_ISLNK(mode)
