"""Checks whether an output folder still matches its manifest. Nothing that is named there is opened before it is proved ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from augcli.core.values.outcome import OutputError
from augcli.dataset.opened import NotOurs, digest_of, is_inside, open_linked, open_regular
from augcli.dataset.walk import STATE
from augcli.dataset.write import sum_line
from augcli.engine.state.documents import documents
from augcli.engine.state.manifest import records
from augcli.engine.state.output_folder import MANIFEST, OWN_FILES, SUMS
from augcli.engine.state.run_file import read_run
from augcli.engine.state.seal import last_seal, sealed_files
from augcli.engine.store.state_file import StateFile
from augcli.engine.store.units import DONE, StateIndex


class Difference(NamedTuple):
    """kind: missing, changed (content), leftover (an earlier run's output, no longer planned), or extra (unexpected)."""

    kind: str
    path: str


class Verified(NamedTuple):
    files: int
    bytes: int
    complete: bool
    differences: list[Difference]


class _Expected(NamedTuple):
    sha256: str
    may_be_link: bool  # an unchanged original, with `originals: link`


def verify(root: str) -> Verified:
    """Read every output and compare it with the manifest; look for files that are in neither manifest nor state."""
    stable = read_run(root).stable
    expected = {name: _Expected(document["sha256"], False) for name, document in stable["documents"].items()}
    differences = list(_own_differences(root, stable, expected))
    files, size = 0, 0
    for path, (digest, may_be_link) in expected.items():
        try:
            descriptor = open_linked(root, path) if may_be_link else open_regular(root, path)
            length = os.fstat(descriptor).st_size
            same = digest_of(descriptor).hex() == digest
        except NotOurs:
            differences.append(Difference("changed", path))
            continue
        except OSError:
            differences.append(Difference("missing", path))
            continue
        files, size = files + 1, size + length
        if not same:
            differences.append(Difference("changed", path))
    others = [path for path in _files(root) if path not in expected and path not in OWN_FILES]
    known = _outputs_of_state(root) if others else set()
    differences += [Difference("leftover" if path in known else "extra", path) for path in others]
    return Verified(files, size, bool(stable["complete"]), differences)


def _outputs_of_state(root: str) -> set[str]:
    """Every output that any run made here and that was not pruned."""
    state = StateFile.for_reading(root)
    if state is None:
        return set()
    try:
        index = StateIndex(state)
        made = index.current()
        made = made[(index.table["status"][made] == DONE) & (index.table["row"][made] == 0)]
        return {os.fsdecode(path) for path in index.private(made)} | documents(state).keys()
    finally:
        state.close()


def _own_differences(root: str, stable: dict[str, Any], expected: dict[str, _Expected]) -> Iterator[Difference]:
    """Read the manifest into `expected`, output by output; compare augcli's own files with each other."""
    documents_there = sorted((name, entry.sha256) for name, entry in expected.items())
    found = sealed_files(root)
    changed = {
        name for name, digest in ((MANIFEST, stable["manifest_sha256"]), (SUMS, stable["sums_sha256"])) if found[name] != digest
    }
    sums = sha256()
    try:
        for record in records(root):
            if "output" in record and "row" not in record:
                if not is_inside(record["output"]) or record["output"] in OWN_FILES or record["output"] in expected:
                    changed.add(MANIFEST)
                    continue
                expected[record["output"]] = _Expected(record["sha256"], record["copy"] is None)
                sums.update(sum_line(record["sha256"], record["output"]))
        for name, digest in documents_there:
            sums.update(sum_line(digest, name))
        sums.update(sum_line(found[MANIFEST], MANIFEST))
        if not changed and stable["sums_sha256"] != sums.hexdigest():
            changed.add(SUMS)
    except (OutputError, OSError, KeyError):
        changed.add(MANIFEST)
    changed |= set(_state_differences(root, found)) if not changed else set()
    for name in sorted(changed):
        yield Difference("changed" if os.path.lexists(os.path.join(root, name)) else "missing", name)


def _state_differences(root: str, found: dict[str, str]) -> Iterator[str]:
    """Whether the state is whole and ends with a seal for the files that are there; it may have been left behind by a copy."""
    try:
        state = StateFile.for_reading(root)
    except OutputError:
        yield STATE
        return
    if state is None:
        return
    try:
        frames, seal = last_seal(state)
        if state.damaged or seal is None or frames != state.next_sequence:
            yield STATE
        else:
            yield from (name for name, digest in seal.files.items() if found.get(name) != digest)
    finally:
        state.close()


def file_sha256(root: str, path: str) -> str:
    """The hash of an output; "" if it does not exist or is not a file of this folder."""
    try:
        return digest_of(open_linked(root, path)).hex()
    except (OSError, NotOurs):
        return ""


def _files(root: str) -> Iterator[str]:
    """Every file of the output; hidden files too, because anything may have strayed in."""
    for folder, folders, names in os.walk(root):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in sorted([*names, *links]):
            yield os.path.relpath(os.path.join(folder, name), root)
