"""Walk a folder: every file once, in an order that depends only on names, with one folder in memory at a time."""

from __future__ import annotations

import errno
import os
import stat
import sys
from array import array
from collections.abc import Collection, Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from augcli.core.values.outcome import UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".augcliignore"
STATE, STATE_MAGIC = ".augcli", b"\n#augcli1"  # a file that begins so marks an output folder of augcli

_MOST_BYTES_OF_IGNORE_FILE = 1 << 18
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

# Hidden names are skipped as well (.*, including the ._* files that macOS leaves on foreign disks).
_JUNK = frozenset({"Thumbs.db", "ehthumbs.db", "desktop.ini", "@eaDir", "__MACOSX", "lost+found", "$RECYCLE.BIN"})


class Entry(NamedTuple):
    """A file. `relative` is its path below the root with "/", exactly as on disk (surrogateescape). For a link to a
    file, size and time are those of the target."""

    relative: str
    size: int
    mtime_ns: int


class Skipped(NamedTuple):
    """What was left out, and why: "symlink.loop", "symlink.broken", "symlink.outside", "symlink.folder", "not_a_file",
    "augcli.output", "walk.permission", "walk.vanished" or "walk.error". Junk, hidden and ignored names are not reported."""

    relative: str  # "." for the root itself
    reason: str


class Listing(NamedTuple):
    """The files of one folder, sorted by the bytes of their names, and what was left out there."""

    prefix: str  # "" or "a/b/": before the names
    names: list[str]
    sizes: NDArray[np.int64]  # in bytes; of links, those of their targets
    mtimes: NDArray[np.int64]  # in ns
    digest: bytes  # 16 bytes: of the names, sizes and times
    skipped: list[Skipped]


class _Folder(NamedTuple):
    path: str
    prefix: str  # "" or "a/b/"
    ignores: tuple[tuple[int, GitIgnoreSpec], ...]  # deepest first, each with the length of its folder's prefix


class _Found:
    """The files of one folder while it is read: a million of them take little more than their names."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.sizes, self.mtimes = array("q"), array("q")
        self.skipped: list[Skipped] = []

    def add(self, name: str, status: os.stat_result) -> None:
        self.names.append(name)
        self.sizes.append(status.st_size)
        self.mtimes.append(status.st_mtime_ns)

    def listing(self, prefix: str) -> Listing:
        import numpy as np

        digest = blake2b(len(self.names).to_bytes(8, "little"), digest_size=16)
        digest.update("\0".join(self.names).encode("utf-8", "surrogateescape"))
        digest.update(self.sizes)
        digest.update(self.mtimes)
        sizes, mtimes = (np.frombuffer(values, np.int64) for values in (self.sizes, self.mtimes))
        return Listing(prefix, self.names, sizes, mtimes, digest.digest(), self.skipped)


def walk(root: str, *, exclude: Collection[str] = ()) -> Iterator[Entry | Skipped]:
    """The files that `folders` lists, one by one, and after those of each folder what was left out there."""
    for listing in folders(root, exclude=exclude):
        prefix = listing.prefix
        for name, size, mtime in zip(listing.names, listing.sizes, listing.mtimes, strict=True):
            yield Entry(prefix + name, int(size), int(mtime))
        yield from listing.skipped


def folders(root: str, *, exclude: Collection[str] = ()) -> Iterator[Listing]:
    """Yield the folders below `root` and `root` itself, each before those in it; `root` may be a file. In each folder,
    names are sorted by their bytes. `exclude`: absolute paths to skip silently (an output folder inside the input).

    Links to files are followed if they stay within the root; links to folders are not entered. `.augcliignore` files
    (gitignore syntax) apply to their folder and everything below. The root itself may be a link or hidden, because the
    user named it. Raises UserError when `root` does not exist or an ignore file cannot be used.
    """
    real = os.path.realpath(root)
    left_out = {os.path.realpath(path) for path in exclude}
    try:
        status = os.stat(real)
    except OSError as error:
        raise UserError(f"{root}: {error.strerror}") from None
    if any(real == path or real.startswith(path.rstrip("/") + "/") for path in left_out):
        return
    if not stat.S_ISDIR(status.st_mode):
        files, name = _Found(), os.path.basename(root)
        if stat.S_ISREG(status.st_mode):
            files.add(name, status)
        else:
            files.skipped.append(Skipped(name, "not_a_file"))
        yield files.listing("")
        return
    pending = [_Folder(real, "", ())]
    while pending:
        folder = pending.pop()
        below: list[_Folder] = []
        yield _list(folder, real, left_out, below).listing(folder.prefix)
        pending.extend(reversed(below))


def _list(folder: _Folder, root: str, left_out: set[str], below: list[_Folder]) -> _Found:
    """One folder's files; appends its subfolders to `below`, in order."""
    files = _Found()
    try:
        descriptor = os.open(folder.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            _read(descriptor, files, folder, root, left_out, below)
        finally:
            os.close(descriptor)
    except OSError as error:
        files.skipped.append(Skipped(folder.prefix.rstrip("/") or ".", _reason(error)))
    return files


def _read(descriptor: int, files: _Found, folder: _Folder, root: str, left_out: set[str], below: list[_Folder]) -> None:
    prefix, ignores = folder.prefix, folder.ignores
    names = os.listdir(descriptor)
    if STATE in names and _is_state(descriptor):
        files.skipped.append(Skipped(prefix.rstrip("/") or ".", "augcli.output"))
        return
    if IGNORE_FILE in names:
        ignores = ((len(prefix), _ignore_file(os.path.join(folder.path, IGNORE_FILE), root)), *ignores)
    names = [name for name in names if name[0] != "." and name not in _JUNK]
    _sort(names)
    for name in names:
        try:
            status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            mode = status.st_mode
            if stat.S_ISREG(mode) and not ignores and not left_out:  # as most are
                files.add(name, status)
                continue
            if left_out and not stat.S_ISLNK(mode) and os.path.join(folder.path, name) in left_out:
                continue
            relative = prefix + name
            if ignores and _ignored(relative + "/" if stat.S_ISDIR(mode) else relative, ignores):
                continue
            if stat.S_ISDIR(mode):
                below.append(_Folder(os.path.join(folder.path, name), relative + "/", ignores))
            elif stat.S_ISREG(mode):
                files.add(name, status)
            elif not stat.S_ISLNK(mode):
                files.skipped.append(Skipped(relative, "not_a_file"))
            else:
                target = _link(os.path.join(folder.path, name), root, left_out)
                if isinstance(target, str):
                    files.skipped.append(Skipped(relative, target))
                else:
                    files.add(name, target)
        except OSError as error:
            files.skipped.append(Skipped(prefix + name, _reason(error)))


def _sort(names: list[str]) -> None:
    """Sort by bytes, so that names that are not UTF-8 come where LC_ALL=C would put them. Characters sort as their UTF-8."""
    try:
        if sys.getfilesystemencoding() == "utf-8":
            "".join(names).encode()
            names.sort()
            return
    except UnicodeEncodeError:
        pass
    names.sort(key=os.fsencode)


def _is_state(folder: int) -> bool:
    """Whether a folder's `.augcli` is the state of an output; that of an earlier version is a folder."""
    try:
        descriptor = os.open(STATE, _READ, dir_fd=folder)
    except OSError:
        return False
    try:
        mode = os.fstat(descriptor).st_mode
        return stat.S_ISDIR(mode) or (stat.S_ISREG(mode) and os.read(descriptor, len(STATE_MAGIC)) == STATE_MAGIC)
    except OSError:
        return False
    finally:
        os.close(descriptor)


def _link(path: str, root: str, left_out: set[str]) -> os.stat_result | str:
    """The status of the file that a link leads to, or why the link is skipped."""
    try:
        status = os.stat(path)
    except OSError as error:
        reasons = {errno.ELOOP: "symlink.loop", errno.ENOENT: "symlink.broken", errno.ENOTDIR: "symlink.broken"}
        return reasons.get(error.errno or 0) or _reason(error)
    if stat.S_ISDIR(status.st_mode):
        return "symlink.folder"
    if not stat.S_ISREG(status.st_mode):
        return "not_a_file"
    target = os.path.realpath(path)
    if not _is_below(target, root) or any(target == out or _is_below(target, out) for out in left_out):
        return "symlink.outside"
    return status


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/")


def _reason(error: OSError) -> str:
    if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):  # says nothing about the folder: files would be missing unsaid
        raise error
    if isinstance(error, PermissionError):
        return "walk.permission"
    return "walk.vanished" if isinstance(error, FileNotFoundError | NotADirectoryError) else "walk.error"


def _ignore_file(path: str, root: str) -> GitIgnoreSpec:
    """The patterns of an ignore file. Whoever made the folder may have put anything there: only a small regular file
    within the root is read, and nothing waits for a pipe."""
    from pathspec import GitIgnoreSpec

    real = os.path.realpath(path)
    if not _is_below(real, root):
        raise UserError(f"{path}: it is a link that leaves the input folder; replace it by a file")
    try:
        if not stat.S_ISREG(os.lstat(real).st_mode):
            raise UserError(f"{path}: not a regular file; replace or remove it")
        with open(os.open(real, _READ), "rb") as file:
            content = file.read(_MOST_BYTES_OF_IGNORE_FILE + 1)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None
    if len(content) > _MOST_BYTES_OF_IGNORE_FILE:
        raise UserError(f"{path}: longer than {_MOST_BYTES_OF_IGNORE_FILE >> 10} KiB; write fewer patterns that match more")
    try:
        return GitIgnoreSpec.from_lines(content.decode("utf-8", "surrogateescape").splitlines())
    except ValueError as error:  # an invalid pattern
        raise UserError(f"{path}: {error}") from None


def _ignored(relative: str, ignores: tuple[tuple[int, GitIgnoreSpec], ...]) -> bool:
    """Whether a path (a folder's ends in "/") is ignored. As in git, the deepest file with a matching pattern decides."""
    for start, spec in ignores:
        verdict = spec.check_file(relative[start:]).include
        if verdict is not None:
            return verdict
    return False
