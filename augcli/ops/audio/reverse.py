from augcli.core.primitives.audio import Piece
from augcli.plugin import GRID, Draw, Op, Primitives, State, TimeMap


class Reverse(Op):
    """Play the audio backwards.

    Exact: samples are moved, not resampled. Length and sample rate are kept; times are mirrored. Do not use for speech,
    which becomes unintelligible, or for sounds distinguished by their attack and decay.
    """

    id = "audio.reverse"

    def lower(self, draw: Draw, state: State) -> Primitives:
        frames = state.audio.frames
        return [TimeMap((Piece((frames - 1) * GRID, frames, -GRID),))]
