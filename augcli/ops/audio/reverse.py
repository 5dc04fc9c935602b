from augcli.core.primitives.audio import Piece
from augcli.plugin import GRID, Draw, Op, Primitives, State, TimeMap


class Reverse(Op):
    """Play the sound backwards.

    Exact: no sample changes, only places do. Length and rate are kept; times are mirrored. Not for speech, whose words it
    destroys, nor for sounds that are told apart by their attack and decay.
    """

    id = "audio.reverse"

    def lower(self, draw: Draw, state: State) -> Primitives:
        frames = state.audio.frames
        return [TimeMap((Piece((frames - 1) * GRID, frames, -GRID),))]
