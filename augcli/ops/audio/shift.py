from typing import Any, Literal

from pydantic import model_validator

from augcli.core.primitives.audio import Piece
from augcli.plugin import GRID, SILENCE, Draw, Op, Primitives, Span, State, TimeMap, option, span

FADE_SECONDS = 0.005


class Shift(Op):
    """Move the audio in time, by a share of its length (`by`) or by seconds (`by_s`).

    If only one is given, the other is 0; if both are given, they are added.

    Length and sample rate are kept. Samples are unchanged except for a 5 ms fade on either side of the seam. What is
    moved beyond one end reappears at the other (`roll`) or is lost (`silence`). Times are shifted too. Do not use when
    the position in time matters, as for a wake word at the end of a clip, or, with `roll`, for speech whose words must
    stay in order.
    """

    id = "audio.shift"
    examples = ({}, {"by": [-0.2, 0.2], "fill": "silence"}, {"by_s": [-1, 1]})

    by: Span = span(
        -0.5, 0.5, within=(-1, 1), unit="of the length", useful=(-0.5, 0.5), doc="shift; above 0 is later; 0 when by_s is given"
    )
    by_s: Span = span(0, within=(-86_400, 86_400), unit="s", useful=(-5, 5), doc="shift; above 0 is later")
    fill: Literal["roll", "silence"] = option(
        "roll", doc="what fills the gap: roll (the part moved beyond the other end) or silence"
    )

    @model_validator(mode="before")
    @classmethod
    def _only_seconds(cls, values: Any) -> Any:
        if isinstance(values, dict) and "by_s" in values and "by" not in values:
            return {**values, "by": 0}
        return values

    def lower(self, draw: Draw, state: State) -> Primitives:
        frames, rate, _ = state.audio
        by = round(draw.by * frames + draw.by_s * rate)
        by = by % frames if self.fill == "roll" else min(max(by, -frames), frames)
        if not by:
            return []
        seam = by % frames  # where the later part begins
        fades = [min(round(FADE_SECONDS * rate), length) for length in (seam, frames - seam)]
        if self.fill == "roll":
            pieces = [Piece((frames - by) * GRID, by, fade_out=fades[0]), Piece(0, frames - by, fade_in=fades[1])]
        elif by > 0:
            pieces = [Piece(0, by, SILENCE), Piece(0, frames - by, fade_in=fades[1])]
        else:
            pieces = [Piece(-by * GRID, frames + by, fade_out=fades[0]), Piece(0, -by, SILENCE)]
        return [TimeMap.of(pieces)]
