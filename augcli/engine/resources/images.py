"""Images that are not samples: found below a path, identified by their bytes, decoded on first use."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from augcli.core.pipeline.settings import Limits
from augcli.core.values.outcome import SampleError, UserError
from augcli.formats.image.table import FORMATS

from .named_files import bytes_of

_SUFFIXES = frozenset().union(*(one.known_suffixes for one in FORMATS if one.is_read))
_CACHED_BYTES = 1 << 26  # in each worker


class ImageFiles:
    """The images with these paths, for operations that overlay them; the most recently used stay in memory."""

    def __init__(self, source: str, paths: list[str]) -> None:
        self._paths = paths
        folder = os.path.dirname(source) if paths == [source] else source
        self._names = [os.path.relpath(path, folder).replace(os.sep, "/") for path in paths]
        self._lock = threading.Lock()
        self._looks: dict[int, tuple[tuple[int, int], tuple[int, ...]]] = {}
        self._decoded: OrderedDict[tuple[int, int], Any] = OrderedDict()
        self._bytes = 0

    def count(self) -> int:
        return len(self._paths)

    def size(self, number: int) -> tuple[int, int]:
        """Width and height; raises SampleError when that image cannot be read."""
        return self._look(number)[0]

    def scales(self, number: int) -> tuple[int, ...]:
        return self._look(number)[1]

    def name(self, number: int, scale: int = 1) -> str:
        """Its path, relative to the folder named in the pipeline."""
        return self._names[number]

    def pixels(self, number: int, scale: int = 1) -> Any:
        """RGBA pixels, opaque if the file has no alpha; read-only. Raises SampleError as `size` does."""
        with self._lock:
            if (number, scale) not in self._decoded:
                found = self._read(number, lambda data: _rgba(data, scale))
                self._decoded[number, scale] = found
                self._bytes += found.nbytes
                while self._bytes > _CACHED_BYTES and len(self._decoded) > 1:
                    self._bytes -= self._decoded.popitem(last=False)[1].nbytes
            self._decoded.move_to_end((number, scale))
            return self._decoded[number, scale]

    def _look(self, number: int) -> tuple[tuple[int, int], tuple[int, ...]]:
        """Its width and height, and the scales at which it can be decoded."""
        if number not in self._looks:
            from augcli.formats.image import codec

            header = self._read(number, lambda data: codec.probe(data, Limits()))
            self._looks[number] = (header.facts.width, header.facts.height), codec.scales(header)
        return self._looks[number]

    def _read(self, number: int, work: Callable[[bytes], Any]) -> Any:
        return read_image("overlay", self._paths[number], work)


def _rgba(data: bytes, scale: int) -> Any:
    import cv2

    from augcli.formats.image import codec

    pixels = codec.decode(data, codec.probe(data, Limits()), scale)
    channels = pixels.shape[2]
    return pixels if channels == 4 else cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGBA if channels == 1 else cv2.COLOR_RGB2RGBA)


def read_image(role: str, path: str, work: Callable[[bytes], Any]) -> Any:
    """Apply `work` to a file's bytes; raises SampleError that names the file and its role."""
    try:
        return work(bytes_of(role, path))
    except UserError as error:
        raise SampleError(f"io.{role}", str(error), "lower") from None
    except SampleError as error:
        raise SampleError(f"{role}.{error.code}", f"{role} {path}: {error.message}", "lower") from None


def find_images(role: str, source: str) -> tuple[str, list[str]]:
    """A digest of the names and bytes of the images at or below this path, and their paths, in order.

    Raises UserError if there are none.
    """
    found: list[str] = [source] if os.path.isfile(source) else []
    for folder, folders, names in os.walk(source):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [os.path.join(folder, name) for name in names if not name.startswith(".")]
    paths = [path for path in found if os.path.splitext(path)[1].lower() in _SUFFIXES]
    paths.sort(key=lambda path: os.path.relpath(path, source).replace(os.sep, "/"))
    if not paths:
        known = "JPEG, PNG, WebP, AVIF, HEIC, BMP, TIFF, GIF"
        raise UserError(f"the {role} {source!r} " + (f"contains no images ({known})" if found else "does not exist or is empty"))
    digest = sha256()
    for path in paths:
        digest.update(os.path.relpath(path, source).replace(os.sep, "/").encode("utf-8", "surrogateescape"))
        digest.update(sha256(bytes_of(role, path)).digest())
    return digest.hexdigest(), paths
