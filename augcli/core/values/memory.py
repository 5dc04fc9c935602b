"""Tells when memory has run out, which says nothing about the data."""

from __future__ import annotations

import errno

# Libraries raise classes of their own, or ones that have other causes as well: torch on a CPU or about pinned memory, OpenCV,
# libjpeg-turbo, libwebp, libavif, libheif, libsndfile, Python's threads.
_MESSAGES = (
    "defaultcpuallocator", "can't allocate memory", "cannot allocate memory", "out of memory", "insufficient memory",
    "failed to allocate", "unable to allocate", "memory allocation failure", "malloc failed", "malloc () failed", "bad_alloc",
    "can't start new thread",
)  # fmt: skip


def is_out_of_memory(error: BaseException) -> bool:
    """Whether this exception means that memory ran out, on the host or on a device."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno == errno.ENOMEM
    if isinstance(error, RuntimeError) or type(error).__module__ == "cv2":
        return told_out_of_memory(str(error))
    return False


def told_out_of_memory(message: str) -> bool:
    """Whether a library says so in a message of its own, in whatever class it raises."""
    told = message.lower()
    return any(part in told for part in _MESSAGES)
