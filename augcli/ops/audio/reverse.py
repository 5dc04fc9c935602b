"""Backwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from augcli.core.ops.op import Op, State
from augcli.core.primitives.audio import GRID, Piece, TimeMap


class Reverse(Op):
    """Play the sound backwards.

    Exact: no sample changes, only places do. Length and rate are kept; times are mirrored. Not for speech, whose words it
    destroys, nor for sounds that are told apart by their attack and decay.
    """

    id: ClassVar[str] = "audio.reverse"

    def lower(self, draw: Any, state: State) -> Sequence[TimeMap]:
        frames = state.audio.frames
        return [TimeMap((Piece((frames - 1) * GRID, frames, -GRID),))]
