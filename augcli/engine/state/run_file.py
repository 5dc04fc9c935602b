"""run.json: what was run, with what, and how it ended. Whatever is changed in it afterwards is noticed.

The file is `{v, stable, volatile, seal}`: `stable` is the same wherever and whenever the run is made again, `volatile` is not,
and the seal covers both. It must be written exactly as `encoded` writes it, so blanks and doubled keys count as changes. That
is no signature: whoever can change the file can seal it again.
"""

from __future__ import annotations

import json
import os
from hashlib import sha256
from typing import Any, NamedTuple

from augcli.core.values.outcome import Mismatch, Unfinished, UserError
from augcli.dataset.opened import NotOurs, open_regular
from augcli.dataset.walk import STATE
from augcli.dataset.write import Writer
from augcli.engine.store.state_file import OF_EARLIER_VERSION

from .output_folder import RUN

VERSION = 2
_MOST_BYTES = 64 << 20
_STABLE = frozenset(
    {
        "backend", "class_folders", "complete", "documents", "inputs", "key_scheme", "limit", "manifest_sha256", "pipeline",
        "plan_sha256", "shard", "steps", "sums_sha256", "totals", "versions",
    }
)  # fmt: skip
_GO_ON = "the run did not finish; run the same command again to resume it"


class RunFile(NamedTuple):
    stable: dict[str, Any]
    volatile: dict[str, Any]

    def encoded(self) -> bytes:
        """The file's bytes."""
        sealed = json.dumps([VERSION, self.stable, self.volatile], sort_keys=True, separators=(",", ":"))
        whole = {"v": VERSION, **self._asdict(), "seal": sha256(sealed.encode("ascii")).hexdigest()}
        return (json.dumps(whole, sort_keys=True, indent=2) + "\n").encode("ascii")


def mark_incomplete(root: str) -> None:
    """Say so in run.json while a run is under way, so that one that is killed does not leave it looking complete."""
    Writer(root).write(RUN, RunFile({"complete": False, "finished": False, "backend": made_by(root)}, {}).encoded())


def made_by(root: str) -> str:
    """The backend of an earlier run here; "" if there was none."""
    try:
        return str(decoded(_data(root), RUN).stable.get("backend", ""))
    except (OSError, UserError):
        return ""


def read_run(root: str) -> RunFile:
    """run.json of a finished output folder.

    Raises Unfinished if its run was stopped, UserError if this is not an output folder, Mismatch if the file was changed.
    """
    path = os.path.join(root, RUN)
    try:
        data = _data(root)
    except (FileNotFoundError, NotADirectoryError):
        if os.path.lexists(os.path.join(root, STATE)):
            raise Unfinished(f"{root} contains no {RUN}: {_GO_ON}") from None
        raise UserError(f"{root} is not an output folder of augcli run: it contains no {RUN}") from None
    except NotOurs as error:
        raise Mismatch(str(error)) from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None
    run = decoded(data, path)
    if not run.stable.get("finished", True):
        raise Unfinished(f"{root}: {_GO_ON}")
    if run.stable.keys() != _STABLE:
        raise Mismatch(f"{path} was not written by augcli run; run the pipeline again into a new folder")
    return run


def decoded(data: bytes, path: str) -> RunFile:
    """The content of run.json; raises Mismatch where it is not as augcli wrote it."""
    changed = Mismatch(f"{path} is damaged, or was changed after the run; run the same command again to write it anew")
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        raise changed from None
    if isinstance(values, dict) and values.get("v") == 1:
        raise UserError(OF_EARLIER_VERSION.format(root=os.path.dirname(path)))
    if not isinstance(values, dict) or not isinstance(values.get("stable"), dict) or not isinstance(values.get("volatile"), dict):
        raise changed
    run = RunFile(values["stable"], values["volatile"])
    try:
        same = run.encoded() == data
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise changed
    return run


def _data(root: str) -> bytes:
    with open(open_regular(root, RUN), "rb") as file:
        return file.read(_MOST_BYTES)
