"""The sources of a plan in a file, one per line, so that they stream and are never all in memory."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator

from augcli.core.plan import Source
from augcli.dataset.write import Sink, json_line

_LINE_BYTES, _BLOCK_BYTES = 1 << 12, 1 << 16


class PlanFile:
    """Sources in walk order, each identified by its offset. One descriptor serves all threads and forked processes."""

    def __init__(self, path: str, sha256: str) -> None:
        self.path, self.sha256 = path, sha256
        self._descriptor = -1

    def __iter__(self) -> Iterator[tuple[int, Source]]:
        offset, rest = 0, b""
        while block := self._read(_BLOCK_BYTES, offset + len(rest)):
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                yield offset, Source(*json.loads(line))
                offset += len(line) + 1

    def at(self, offset: int) -> Source:
        """The source at an offset that iterating gave."""
        line = b""
        while chunk := self._read(_LINE_BYTES, offset + len(line)):
            line += chunk
            if b"\n" in chunk:
                break
        return Source(*json.loads(line.partition(b"\n")[0]))

    def _read(self, count: int, offset: int) -> bytes:
        if self._descriptor < 0:
            self._descriptor = os.open(self.path, os.O_RDONLY)
        return os.pread(self._descriptor, count, offset)  # unlike a seek, no other reader notices

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def write_plan(path: str, sources: Iterable[Source]) -> PlanFile:
    """Write the sources as they arrive; raises OutputError if the file cannot be written."""
    with Sink(path) as file:
        for source in sources:
            file.write(json_line(source).encode("ascii") + b"\n")
    return PlanFile(path, file.hexdigest())
