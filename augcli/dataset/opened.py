"""Opens files of an output folder that a manifest or a state names: only regular files inside it, and never through a link."""

from __future__ import annotations

import errno
import os
import stat
from hashlib import sha256

from augcli.core.values.outcome import OutputError

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_BLOCK_BYTES = 1 << 20


class NotOurs(OutputError):
    """A path that is not used, because it leaves the folder, leads through a link, or is not a regular file."""


def is_inside(relative: str) -> bool:
    """Whether a path stays below the folder that it is relative to, and is written in the plainest way."""
    try:
        os.fsencode(relative)
    except UnicodeEncodeError:  # half a character, which only JSON can hold
        return False
    return "\0" not in relative and {"", ".", ".."}.isdisjoint(relative.split("/"))


def open_regular(root: str, relative: str) -> int:
    """A descriptor for reading a file below `root`; raises NotOurs, and OSError where there is no such file."""
    folder = open_folder(root, relative)
    try:
        return _regular(relative.rpartition("/")[2], relative, folder)
    finally:
        os.close(folder)


def names_inside(root: str, folder: str) -> set[bytes]:
    """The names in a folder below `root` (a path that ends in "/", or ""); none if it is missing or no folder of its own."""
    try:
        descriptor = open_folder(root, f"{folder}any name")
    except (OSError, NotOurs):
        return set()
    try:
        return {os.fsencode(name) for name in os.listdir(descriptor)}
    finally:
        os.close(descriptor)


def unlink_inside(root: str, relative: str) -> bool:
    """Remove a file, or a link, below `root`, but nothing that lies behind a link; whether it was there."""
    try:
        folder = open_folder(root, relative)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENAMETOOLONG):
            return False
        raise
    try:
        os.unlink(relative.rpartition("/")[2], dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENAMETOOLONG):  # no file has a name that is too long
            return False
        raise
    finally:
        os.close(folder)
    return True


def is_as_recorded(root: str, relative: str, digest: bytes, follow: bool = False) -> bool:
    """Whether a file is there and has this SHA-256. With `follow` it may be a link itself, to wherever."""
    try:
        descriptor = open_linked(root, relative) if follow else open_regular(root, relative)
        return digest_of(descriptor) == digest
    except (OSError, NotOurs):
        return False


def digest_of(descriptor: int) -> bytes:
    """The SHA-256 of an open file, which is closed."""
    digest = sha256()
    with open(descriptor, "rb", buffering=0) as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.digest()


def open_folder(root: str, relative: str) -> int:
    """The folder of a path below `root`, entered without following links; raises NotOurs, OSError."""
    if not is_inside(relative):
        raise NotOurs(f"{relative!r} is not a path inside {root}, so it is not used")
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for part in relative.split("/")[:-1]:
        try:
            deeper = os.open(part, _FOLDER, dir_fd=folder)
        except OSError as error:
            os.close(folder)
            if error.errno in (errno.ELOOP, errno.ENOTDIR):
                raise NotOurs(f"{relative!r}: {part} is not a folder of {root} itself, so it is not entered") from None
            raise
        os.close(folder)
        folder = deeper
    return folder


def _regular(name: str, relative: str, folder: int) -> int:
    try:
        descriptor = os.open(name, _READ, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            raise NotOurs(f"{relative!r} is not a regular file, so it is not read") from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotOurs(f"{relative!r} is not a regular file, so it is not read")
    return descriptor


def open_linked(root: str, relative: str) -> int:
    """Like open_regular, but the file may be a link itself, to wherever: it is only read."""
    folder = open_folder(root, relative)
    try:
        descriptor = os.open(relative.rpartition("/")[2], os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    finally:
        os.close(folder)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotOurs(f"{relative!r} is not a regular file, so it is not read")
    return descriptor


def read_own_hash(root: str, name: str) -> str:
    """The SHA-256 of a file of augcli's own at the top of an output folder."""
    return digest_of(open_regular(root, name)).hex()
