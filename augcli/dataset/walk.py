"""Walk a folder: every file once, in an order that depends only on names, with one folder in memory at a time."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

from augcli.core.values.outcome import UserError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".augcliignore"
OWN_FOLDER = ".augcli"  # marks an output folder of augcli

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


class _Folder(NamedTuple):
    path: str
    prefix: str  # "" or "a/b/"
    ignores: tuple[tuple[int, GitIgnoreSpec], ...]  # deepest first, each with the length of its folder's prefix


def walk(root: str, *, exclude: Collection[str] = ()) -> Iterator[Entry | Skipped]:
    """Yield the files below `root`, or `root` itself if it is a file. In each folder, files come first, sorted by the
    bytes of their names, then folders. `exclude`: absolute paths to skip silently (an output folder inside the input).

    Links to files are followed if they stay within the root; links to folders are not entered. `.augcliignore` files
    (gitignore syntax) apply to their folder and everything below. The root itself may be a link or hidden, because the
    user named it. Raises UserError when `root` does not exist or an ignore file is invalid.
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
        regular = stat.S_ISREG(status.st_mode)
        name = os.path.basename(root)
        yield Entry(name, status.st_size, status.st_mtime_ns) if regular else Skipped(name, "not_a_file")
        return
    pending = [_Folder(real, "", ())]
    while pending:
        folder = pending.pop()
        below: list[_Folder] = []
        yield from _folder(folder, real, left_out, below)
        pending.extend(reversed(below))


def _folder(folder: _Folder, root: str, left_out: set[str], below: list[_Folder]) -> Iterator[Entry | Skipped]:
    """Yield one folder's files, and append its subfolders to `below`, in order."""
    prefix = folder.prefix
    try:
        with os.scandir(folder.path) as scan:
            entries = {entry.name: entry for entry in scan}
    except OSError as error:
        yield Skipped(prefix.rstrip("/") or ".", _reason(error))
        return
    own = entries.get(OWN_FOLDER)
    if own is not None and own.is_dir(follow_symlinks=False):
        yield Skipped(prefix.rstrip("/") or ".", "augcli.output")
        return
    ignores = folder.ignores
    if IGNORE_FILE in entries:
        ignores = ((len(prefix), _ignore_file(entries[IGNORE_FILE].path)), *ignores)
    # Sorted by bytes, not characters: names that are not UTF-8 come where LC_ALL=C would put them.
    for name in sorted(entries, key=os.fsencode):
        if name[0] == "." or name in _JUNK:
            continue
        entry, relative = entries[name], prefix + name
        try:
            if entry.is_symlink():
                if not (ignores and _ignored(relative, ignores)):
                    yield _link(entry.path, relative, root, left_out)
                continue
            is_folder = entry.is_dir(follow_symlinks=False)
            if left_out and entry.path in left_out:
                continue
            if ignores and _ignored(relative + "/" if is_folder else relative, ignores):
                continue
            if is_folder:
                below.append(_Folder(entry.path, relative + "/", ignores))
            elif entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                yield Entry(relative, status.st_size, status.st_mtime_ns)
            else:
                yield Skipped(relative, "not_a_file")
        except OSError as error:
            yield Skipped(relative, _reason(error))


def _link(path: str, relative: str, root: str, left_out: set[str]) -> Entry | Skipped:
    try:
        status = os.stat(path)
    except OSError as error:
        reasons = {errno.ELOOP: "symlink.loop", errno.ENOENT: "symlink.broken", errno.ENOTDIR: "symlink.broken"}
        return Skipped(relative, reasons.get(error.errno or 0) or _reason(error))
    if stat.S_ISDIR(status.st_mode):
        return Skipped(relative, "symlink.folder")
    if not stat.S_ISREG(status.st_mode):
        return Skipped(relative, "not_a_file")
    target = os.path.realpath(path)
    inside = target.startswith(root.rstrip("/") + "/")
    if not inside or any(target == out or target.startswith(out + "/") for out in left_out):
        return Skipped(relative, "symlink.outside")
    return Entry(relative, status.st_size, status.st_mtime_ns)


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "walk.permission"
    return "walk.vanished" if isinstance(error, FileNotFoundError | NotADirectoryError) else "walk.error"


def _ignore_file(path: str) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return GitIgnoreSpec.from_lines(file)
    except ValueError as error:  # an invalid pattern
        raise UserError(f"{path}: {error}") from None
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None


def _ignored(relative: str, ignores: tuple[tuple[int, GitIgnoreSpec], ...]) -> bool:
    """Whether a path (a folder's ends in "/") is ignored. As in git, the deepest file with a matching pattern decides."""
    for start, spec in ignores:
        verdict = spec.check_file(relative[start:]).include
        if verdict is not None:
            return verdict
    return False
