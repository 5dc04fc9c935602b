"""Whether an output folder still is what its manifest says."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from augcli.core.outcome import OutputError

from .output_folder import MANIFEST, OWN, RUN, SUMS, read_run


class Difference(NamedTuple):
    """kind: missing, changed (content), or extra."""

    kind: str
    path: str


class Verified(NamedTuple):
    files: int
    bytes: int
    complete: bool
    differences: list[Difference]


def records(root: str) -> Iterator[dict[str, Any]]:
    """The manifest's records, one at a time."""
    path = os.path.join(root, MANIFEST)
    try:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield json.loads(line)
                except ValueError:
                    raise OutputError(f"{path}, line {number}: not JSON; run augcli run again to write it anew") from None
    except OSError as error:
        raise OutputError(f"{path} cannot be read: {error.strerror}") from None


def verify(root: str) -> Verified:
    """Read every output and compare it with the manifest; look for files that nothing speaks of."""
    run = read_run(root)
    expected: dict[str, str] = {name: document["sha256"] for name, document in run["documents"].items()}
    differences, files, size = [], 0, 0
    for record in records(root):
        if "output" in record and "row" not in record:
            expected[record["output"]] = record["sha256"]
    for path, digest in expected.items():
        try:
            with open(os.path.join(root, path), "rb") as file:
                data = file.read()
        except OSError:
            differences.append(Difference("missing", path))
            continue
        files, size = files + 1, size + len(data)
        if sha256(data).hexdigest() != digest:
            differences.append(Difference("changed", path))
    own = {MANIFEST, RUN, SUMS}
    differences += [Difference("extra", path) for path in _files(root) if path not in expected and path not in own]
    return Verified(files, size, bool(run["complete"]), differences)


def _files(root: str) -> Iterator[str]:
    """Every file of the output but augcli's own; hidden ones too, since anything may have strayed in."""
    for folder, folders, names in os.walk(root):
        if folder == root:
            folders[:] = [name for name in folders if name != OWN]
        folders.sort()
        for name in sorted(names):
            yield os.path.relpath(os.path.join(folder, name), root)
