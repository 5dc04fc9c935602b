"""The options of a run besides its pipeline: speed settings and limits, none of which changes an output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from augcli.core.values.outcome import UserError


@dataclass(frozen=True)
class RunOptions:
    """`batch_size` counts outputs (0: as many as fit into `memory_mb`); `shard` is (I, N), I from 0."""

    device: str = "auto"
    backend: Literal["auto", "cpu", "torch"] = "auto"
    batch_size: int = 0
    memory_mb: int = 512
    workers: int = 0
    shard: tuple[int, int] = (0, 1)
    limit: int | None = None
    max_errors: str = "0"
    fail_fast: bool = False
    redo: bool = False
    retry: bool = False
    prune: bool = False


def allowed_errors(text: str, planned: int) -> float:
    """`--max-errors`: a number of outputs, or a percentage of those planned."""
    try:
        allowed = float(text.removesuffix("%"))
    except ValueError:
        allowed = -1.0
    if not allowed >= 0:  # nan, too
        raise UserError(f"--max-errors needs a number or a percentage, for example 10 or 1%; got {text!r}")
    return allowed * planned / 100 if text.endswith("%") else allowed
