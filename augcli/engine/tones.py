"""How frequent each level is in a folder of reference pictures, for ops that make others look like them."""

from __future__ import annotations

import os
import threading
from hashlib import sha256

from augcli.core.outcome import SampleError, UserError
from augcli.core.settings import Limits
from augcli.dataset.kinds import READ

_SUFFIXES = frozenset(f".{suffix}" for suffixes in READ["image"].values() for suffix in suffixes.split())


class PictureTones:
    """The pictures with these paths. Each is decoded when it is first asked for."""

    def __init__(self, paths: list[str]) -> None:
        self._paths = paths
        self._lock = threading.Lock()
        self._shares: dict[int, tuple[int, ...]] = {}

    def count(self) -> int:
        return len(self._paths)

    def shares(self, number: int) -> tuple[int, ...]:
        """Raises SampleError when that picture cannot be read."""
        if number not in self._shares:
            with self._lock:
                if number not in self._shares:
                    self._shares[number] = _shares_of(self._paths[number])
        return self._shares[number]


def find_pictures(source: str) -> tuple[str, list[str]]:
    """A digest of the names and bytes of the pictures at or below this path, and their paths, in order.

    Raises UserError when there are none.
    """
    found: list[str] = [source] if os.path.isfile(source) else []
    for folder, folders, names in os.walk(source):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [os.path.join(folder, name) for name in names if not name.startswith(".")]
    paths = [path for path in found if os.path.splitext(path)[1].lower() in _SUFFIXES]
    paths.sort(key=lambda path: os.path.relpath(path, source).replace(os.sep, "/"))
    if not paths:
        known = "JPEG, PNG, WebP, AVIF, HEIC, BMP, TIFF, GIF"
        raise UserError(f"the reference {source!r} " + (f"holds no pictures ({known})" if found else "is not there, or is empty"))
    digest = sha256()
    for path in paths:
        digest.update(os.path.relpath(path, source).replace(os.sep, "/").encode("utf-8", "surrogateescape"))
        digest.update(sha256(_bytes_of(path)).digest())
    return digest.hexdigest(), paths


def _bytes_of(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UserError(f"the reference {path!r} cannot be read: {error.strerror}") from None


def _shares_of(path: str) -> tuple[int, ...]:
    from augcli.formats import image
    from augcli.kernels.cpu_tone import cumulative_shares

    try:
        data = _bytes_of(path)
        return cumulative_shares(image.decode(data, image.probe(data, Limits()), 1))
    except UserError as error:
        raise SampleError("io.reference", str(error), "lower") from None
    except SampleError as error:
        raise SampleError(f"reference.{error.code}", f"reference {path}: {error.message}", "lower") from None
