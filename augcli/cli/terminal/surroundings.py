"""Tells what the system around a command lacks, where an exception is no fault of ours."""

from __future__ import annotations

import errno
import os

from augcli.core.values.memory import is_out_of_memory, told_out_of_memory

_USED_UP = (errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS)


def lacking(error: BaseException) -> tuple[str, int] | None:
    """A message and an exit code, or None: then the error is an internal one."""
    if is_out_of_memory(error) or (isinstance(error, ImportError) and _is_unmapped(str(error))):
        return "not enough memory; allow more (ulimit -v), or use fewer workers", 74
    if isinstance(error, OSError) and error.errno in _USED_UP:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{os.strerror(error.errno)}; raise the limit or make room, and run the same command again", 74
    if isinstance(error, FileNotFoundError) and not _has_folder():
        return "the working directory no longer exists; change to one that does", 2
    return None


def _is_unmapped(message: str) -> bool:
    return told_out_of_memory(message) or "failed to map segment" in message


def _has_folder() -> bool:
    try:
        os.getcwd()
    except OSError:
        return False
    return True
