"""Checks whether an output folder still matches its manifest."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from hashlib import file_digest, sha256
from typing import NamedTuple

from augcli.core.values.outcome import OutputError
from augcli.dataset.write import sum_line
from augcli.engine.state.journal import JournalIndex
from augcli.engine.state.manifest import records
from augcli.engine.state.output_folder import MANIFEST, OWN, RUN, SUMS, read_run


class Difference(NamedTuple):
    """kind: missing, changed (content), leftover (an earlier run's output, no longer planned), or extra (unexpected)."""

    kind: str
    path: str


class Verified(NamedTuple):
    files: int
    bytes: int
    complete: bool
    differences: list[Difference]


def verify(root: str) -> Verified:
    """Read every output and compare it with the manifest; look for files that are in neither manifest nor journal."""
    run = read_run(root)
    expected: dict[str, str] = {name: document["sha256"] for name, document in run["documents"].items()}
    files, size = 0, 0
    differences = list(_own_differences(root, expected))
    for path, digest in expected.items():
        try:
            found = _digest(os.path.join(root, path))
            size += os.stat(os.path.join(root, path)).st_size
        except OSError:
            differences.append(Difference("missing", path))
            continue
        files += 1
        if found != digest:
            differences.append(Difference("changed", path))
    own = {MANIFEST, RUN, SUMS}
    others = [path for path in _files(root) if path not in expected and path not in own]
    known = _outputs_of_journals(root) if others else set()
    differences += [Difference("leftover" if path in known else "extra", path) for path in others]
    return Verified(files, size, bool(run["complete"]), differences)


def _outputs_of_journals(root: str) -> set[str]:
    """Every output that any run made here and that was not pruned."""
    index = JournalIndex(os.path.join(root, OWN, "journal"))
    try:
        return {json.loads(index.line(entry).record)["output"] for entry in index.leftover(())}
    finally:
        index.close()


def _own_differences(root: str, expected: dict[str, str]) -> Iterator[Difference]:
    """Read the manifest into `expected`, output by output, and compare it with SHA256SUMS."""
    sums = sha256()
    documents = sorted(expected.items())
    try:
        for record in records(root):
            if "output" in record and "row" not in record:
                expected[record["output"]] = record["sha256"]
                sums.update(sum_line(record["sha256"], record["output"]))
        manifest = _digest(os.path.join(root, MANIFEST))
        for name, digest in documents:
            sums.update(sum_line(digest, name))
        last = sum_line(manifest, MANIFEST)
        sums.update(last)
    except (OutputError, OSError, KeyError):
        yield Difference("changed" if os.path.exists(os.path.join(root, MANIFEST)) else "missing", MANIFEST)
        return
    try:
        with open(os.path.join(root, SUMS), "rb") as file:
            written = file.read()
    except OSError:
        yield Difference("missing", SUMS)
        return
    if sha256(written).digest() != sums.digest():
        yield Difference("changed", SUMS if written.endswith(last) else MANIFEST)


def file_sha256(path: str) -> str:
    """The hash of a file; "" if it does not exist or cannot be read."""
    try:
        return _digest(path)
    except OSError:
        return ""


def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _files(root: str) -> Iterator[str]:
    """Every file of the output except augcli's own; hidden files too, because anything may have strayed in."""
    for folder, folders, names in os.walk(root):
        if folder == root:
            folders[:] = [name for name in folders if name != OWN]
        folders.sort()
        for name in sorted(names):
            yield os.path.relpath(os.path.join(folder, name), root)
