"""The frame that ends a run: what the finished files are, so that the next run knows at once whether anything has changed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b

from augcli.dataset.opened import NotOurs, read_own_hash
from augcli.dataset.write import json_line
from augcli.engine.store.frames import Body
from augcli.engine.store.state_file import StateFile

from .options import RunOptions
from .output_folder import MANIFEST, OWN_FILES, RUN, SEAL, SUMS
from .summary import Totals


@dataclass(frozen=True)
class Seal:
    """SHA-256 of the finished files, digests of job, plan and names of outputs, and what a summary tells."""

    files: dict[str, str]
    job: str
    plan: str
    names: str
    totals: Totals

    def body(self) -> Body:
        return Body(SEAL, b"", b"", json_line({**asdict(self), "totals": self.totals.to_json()}).encode("ascii"))

    def still_holds(self, state: StateFile, root: str, job: str, plan: str, options: RunOptions) -> bool:
        """Whether there is nothing to do: the same job, the same plan, and an output folder that is as this seal says.

        The seal is the last frame of the state, or at least was when the run began.
        """
        if (self.job, self.plan) != (job, plan) or state.last_kind != SEAL or self.totals.missing:
            return False
        if (options.retry and self.totals.failed) or (options.prune and self.totals.orphans):
            return False
        return self.names == names_digest(root) and self.files == sealed_files(root)


def last_seal(state: StateFile) -> tuple[int, Seal | None]:
    """The last seal, and how many frames lie before and with it: (0, None) without one, or where it says something else."""
    for frame in reversed(state.frames):
        if frame.kind == SEAL:
            seal = _seal(state.body(frame))
            return (frame.sequence + 1, seal) if seal else (0, None)
    return 0, None


def _seal(body: Body) -> Seal | None:
    """What a seal says; None where it is not as augcli writes it."""
    try:
        values = json.loads(body.private)
        seal = Seal(**{**values, "totals": Totals.from_json(values["totals"])})
        return seal if seal.body() == body and _is_sound(seal) else None
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        return None


def _is_sound(seal: Seal) -> bool:
    totals = seal.totals
    counts = [totals.planned, totals.outputs, totals.bytes, totals.missing, totals.orphans]
    counts += [*totals.failed.values(), *totals.by_modality.values()]
    return isinstance(seal.files, dict) and all(type(count) is int and 0 <= count < 1 << 63 for count in counts)


def sealed_files(root: str) -> dict[str, str]:
    """The SHA-256 of the manifest, the checksums and run.json; "" for one that is not there or is not a regular file."""
    found = {}
    for name in (MANIFEST, RUN, SUMS):
        try:
            found[name] = read_own_hash(root, name)
        except (OSError, NotOurs):
            found[name] = ""
    return found


def names_digest(root: str) -> str:
    """A digest of the names of all files and folders of an output, but for those of augcli's own."""
    digest = blake2b(digest_size=16)
    for folder, names in _folders(os.fsencode(root)):
        digest.update(folder + b"\0" + b"\0".join(names) + b"\n")
    return digest.hexdigest()


def _folders(root: bytes) -> Iterator[tuple[bytes, list[bytes]]]:
    own = {os.fsencode(name) for name in OWN_FILES}
    pending = [b""]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(os.path.join(root, folder) if folder else root) as scan:
                entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in scan]
        except OSError:
            continue
        entries.sort()
        yield folder, [name for name, _ in entries if folder or name not in own]
        pending += [os.path.join(folder, name) for name, is_folder in reversed(entries) if is_folder]
